//! The loop: blocks are worked on, on as many threads as asked for, and put together in order.

mod lane;
mod portion;
mod progress;
pub(crate) mod run;

pub(crate) use lane::Lane;
pub(crate) use portion::{Held, Portion, Worker};
pub(crate) use progress::{Progress, Watched};
