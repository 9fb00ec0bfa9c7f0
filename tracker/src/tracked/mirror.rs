//! What mirrors of several libraries write alike.

/// Methods that only pass on to the wrapped value.
#[cfg_attr(
    not(any(feature = "crossbeam-channel", feature = "flume", feature = "async-channel")),
    allow(unused_macros, reason = "each drop-in module uses its share")
)]
macro_rules! pass_on {
    ($library:literal $inner:ident: $(
        $(#[$attr:meta])*
        fn $name:ident($($arg:ident: $ty:ty),*) $(-> $result:ty)?;
    )*) => {$(
        #[doc = concat!("As ", $library, "'s `", stringify!($name), "`.")]
        $(#[$attr])*
        pub fn $name(&self, $($arg: $ty),*) $(-> $result)? {
            self.$inner.$name($($arg),*)
        }
    )*};
}

#[allow(unused_imports, reason = "each drop-in module uses its share")]
pub(crate) use pass_on;
