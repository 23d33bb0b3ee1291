//! Tests against documents recorded outside the project; they are read where they are, never copied.

mod documented;
