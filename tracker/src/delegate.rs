//! What is the same in every drop-in module: methods that only pass on, and ends that are found.

/// Methods that only pass on to the wrapped value.
#[cfg(feature = "track")]
#[allow(unused_macros, reason = "each drop-in module uses its share")]
macro_rules! delegate {
    ($inner:ident: $(
        $(#[$attr:meta])*
        fn $name:ident($($arg:ident: $ty:ty),*) $(-> $result:ty)?;
    )*) => {$(
        #[doc = concat!("As the method `", stringify!($name), "` of what is wrapped.")]
        $(#[$attr])*
        pub fn $name(&self, $($arg: $ty),*) $(-> $result)? {
            self.$inner.$name($($arg),*)
        }
    )*};
}

/// Ends of channels, which `linger::spawn!` looks for among what a task captures.
#[cfg(all(feature = "track", feature = "tokio"))]
#[allow(unused_macros, reason = "each drop-in module uses its share")]
macro_rules! has_end {
    ($($name:ident)*) => {$(
        impl<T> crate::tracked::end::HasEnd for $name<T> {
            #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
            fn end(&self) -> &crate::tracked::end::ChannelEnd {
                &self.end
            }
        }
    )*};
}

/// Without tokio nothing is spawned by us.
#[cfg(all(feature = "track", not(feature = "tokio")))]
#[allow(unused_macros, reason = "each drop-in module uses its share")]
macro_rules! has_end {
    ($($name:ident)*) => {};
}
