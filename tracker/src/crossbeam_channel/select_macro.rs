//! `select!` and `select_biased!`, written with a `Select`.

/// Waits until one of several operations can be done, and does it, as crossbeam's
/// [`select!`](::crossbeam_channel::select) does.
///
/// If several can be done at once, a random one is taken.
///
/// # Examples
///
/// ```
/// use linger::crossbeam_channel::{bounded, select};
/// use std::time::Duration;
///
/// let (s, r) = bounded(1);
/// select! {
///     recv(r) -> _ => unreachable!("nothing was sent yet"),
///     send(s, 5) -> sent => assert!(sent.is_ok()),
///     default(Duration::from_secs(1)) => unreachable!("there is room"),
/// }
/// assert_eq!(r.recv(), Ok(5));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __crossbeam_channel_select {
    ($($arms:tt)*) => {
        $crate::__crossbeam_channel_arms!(@arms new ($($arms)*) () ())
    };
}

/// As [`select!`](crate::crossbeam_channel::select), but if several operations can be done at once,
/// the first one is taken.
#[doc(hidden)]
#[macro_export]
macro_rules! __crossbeam_channel_select_biased {
    ($($arms:tt)*) => {
        $crate::__crossbeam_channel_arms!(@arms new_biased ($($arms)*) () ())
    };
}

/// First `@arms` and `@body` sort the arms: operations into one list, the default into another.
/// Then `@add` puts the operations into a `Select`, each inside of the `match` of the one before so
/// that temporaries live long enough, and `@wait` and `@run` select and run one arm.
#[doc(hidden)]
#[macro_export]
macro_rules! __crossbeam_channel_arms {
    (@arms $new:ident () () ()) => {
        compile_error!("empty `select!` block")
    };
    (@arms $new:ident () $operations:tt $default:tt) => {{
        #[allow(unused_mut)]
        let mut select = $crate::crossbeam_channel::Select::$new();
        $crate::__crossbeam_channel_arms!(@add select $operations $default ())
    }};
    (@arms $new:ident (recv($end:expr $(,)?) -> $result:pat => $($rest:tt)+) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(
            @body $new (recv ($end) ($result)) ($($rest)+) $operations $default
        )
    };
    (@arms $new:ident (send($end:expr, $message:expr $(,)?) -> $result:pat => $($rest:tt)+) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(
            @body $new (send ($end, $message) ($result)) ($($rest)+) $operations $default
        )
    };
    (@arms $new:ident (default $(())? => $($rest:tt)+) $operations:tt ()) => {
        $crate::__crossbeam_channel_arms!(@body $new (default ()) ($($rest)+) $operations ())
    };
    (@arms $new:ident (default($timeout:expr $(,)?) => $($rest:tt)+) $operations:tt ()) => {
        $crate::__crossbeam_channel_arms!(
            @body $new (default ($timeout)) ($($rest)+) $operations ()
        )
    };
    (@arms $new:ident (default $($rest:tt)+) $operations:tt ($($default:tt)+)) => {
        compile_error!("there can be only one `default` case in a `select!` block")
    };
    (@arms $($tokens:tt)*) => {
        compile_error!(
            "expected `recv(receiver) -> result => ..`, `send(sender, message) -> result => ..`, \
             `default => ..` or `default(timeout) => ..`"
        )
    };

    // A block may end its arm without a comma, if no operator comes behind it.
    (@body $new:ident $arm:tt ($body:block, $($rest:tt)*) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(@sort $new $arm ($body) ($($rest)*) $operations $default)
    };
    (@body $new:ident $arm:tt ($body:expr, $($rest:tt)*) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(@sort $new $arm ($body) ($($rest)*) $operations $default)
    };
    (@body $new:ident $arm:tt ($body:block $($rest:tt)*) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(@sort $new $arm ($body) ($($rest)*) $operations $default)
    };
    (@body $new:ident $arm:tt ($body:expr) $operations:tt $default:tt) => {
        $crate::__crossbeam_channel_arms!(@sort $new $arm ($body) () $operations $default)
    };
    (@body $($tokens:tt)*) => {
        compile_error!("expected a comma between the cases of a `select!` block")
    };

    (@sort $new:ident (default $timeout:tt) $body:tt $rest:tt $operations:tt ()) => {
        $crate::__crossbeam_channel_arms!(@arms $new $rest $operations ($timeout $body))
    };
    (@sort $new:ident ($operation:ident $arguments:tt $result:tt) $body:tt $rest:tt ($($operations:tt)*) $default:tt) => {
        $crate::__crossbeam_channel_arms!(
            @arms $new $rest ($($operations)* ($operation $arguments $result $body)) $default
        )
    };

    (@add $select:ident () $default:tt $added:tt) => {
        $crate::__crossbeam_channel_arms!(@wait $select $default $added)
    };
    (@add $select:ident ((recv ($end:expr) $result:tt $body:tt) $($rest:tt)*) $default:tt ($($added:tt)*)) => {
        match $end {
            ref end => {
                let end: &$crate::crossbeam_channel::Receiver<_> = end;
                let index = $select.recv(end);
                $crate::__crossbeam_channel_arms!(
                    @add $select ($($rest)*) $default
                    ($($added)* (index recv (end) $result $body))
                )
            }
        }
    };
    (@add $select:ident ((send ($end:expr, $message:expr) $result:tt $body:tt) $($rest:tt)*) $default:tt ($($added:tt)*)) => {
        match $end {
            ref end => {
                let end: &$crate::crossbeam_channel::Sender<_> = end;
                let index = $select.send(end);
                $crate::__crossbeam_channel_arms!(
                    @add $select ($($rest)*) $default
                    ($($added)* (index send (end, $message) $result $body))
                )
            }
        }
    };

    (@wait $select:ident () $added:tt) => {{
        let operation = $select.select();
        $crate::__crossbeam_channel_arms!(@run operation $added)
    }};
    (@wait $select:ident (() ($body:expr)) $added:tt) => {
        match $select.try_select() {
            ::std::result::Result::Ok(operation) => {
                $crate::__crossbeam_channel_arms!(@run operation $added)
            }
            ::std::result::Result::Err(_) => $body,
        }
    };
    (@wait $select:ident (($timeout:expr) ($body:expr)) $added:tt) => {
        match $select.select_timeout($timeout) {
            ::std::result::Result::Ok(operation) => {
                $crate::__crossbeam_channel_arms!(@run operation $added)
            }
            ::std::result::Result::Err(_) => $body,
        }
    };

    (@run $operation:ident ()) => {{
        let _: $crate::crossbeam_channel::SelectedOperation<'_> = $operation;
        ::std::unreachable!("an operation was selected that is none of `select!`")
    }};
    (@run $operation:ident (($index:ident $method:ident $arguments:tt ($result:pat) ($body:expr)) $($rest:tt)*)) => {
        if $operation.index() == $index {
            let result = $operation.$method $arguments;
            let $result = result;
            $body
        } else {
            $crate::__crossbeam_channel_arms!(@run $operation ($($rest)*))
        }
    };
}
