//! The command as a process: what it is given, what it prints, how it ends.

mod arguments;
mod baseline;
mod broken_input;
mod cache;
mod configuration;
mod evidence;
mod first_day;
mod fixes;
mod formats;
mod loading;
mod narrowed;
mod report;
mod sandbox;
mod suppressions;
mod surroundings;
