//! Tests against documents recorded outside the project; they are read where they are, never copied.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod documented;
