//! The program as its users meet it: `hospes dev` and `hospes demo`. Refuses to reach into either.

mod dev_and_demo;
