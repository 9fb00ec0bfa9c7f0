//! What is the same in every drop-in module: methods that only pass on.

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
