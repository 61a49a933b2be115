//! voxev at home in CI and in the shell: every format is read by a reader that is not ours.

mod baseline;
mod columns;
mod config;
mod formats;
mod hooks;
mod inputs;
mod nothing;
mod outputs;
mod personal;
mod pictures;
mod run;
mod shell;
