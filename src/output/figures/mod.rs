//! What `stats` writes: the overview and its rows as a table, JSON or CSV, and one call's timeline.

mod book;
mod export;
mod table;
mod timeline;

pub(crate) use book::{Book, By, Form, Sort, Window, merged};
