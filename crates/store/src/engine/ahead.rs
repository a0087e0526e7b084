//! Reads that a closure foresees. A database server is asked all of them at once, which costs one round trip instead of
//! one each; a file has nothing to gain and is not asked. Refuses to answer: what is foreseen is read where the closure
//! asks for it, and asked anew if anything was written since.
//!
//! A short read can be foreseen whole: [`Answers`] is all that its closure then runs on.

use std::cell::{Cell, RefCell};

use hospes_domain::time::Time;

use super::{Read, Row, StoreError, Value};

/// A statement with its parameters.
pub(super) struct Question {
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
}

/// What [`Read::ahead`] lets a closure ask: the same functions as ever, every one of which finds nothing here.
pub struct Ahead {
    now: Time,
    questions: RefCell<Vec<Question>>,
}

impl Ahead {
    /// The questions that are asked by `foresee`. Where it stumbles over finding nothing, it has foreseen less.
    pub(super) fn questions<E>(now: Time, foresee: impl FnOnce(&Self) -> Result<(), E>) -> Vec<Question> {
        let ahead = Self { now, questions: RefCell::default() };
        // Whatever went wrong goes wrong again where it matters.
        let _ = foresee(&ahead);
        ahead.questions.into_inner()
    }
}

impl Read for Ahead {
    fn now(&self) -> Time {
        self.now
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        // Only what reads may be asked before its turn.
        if sql.starts_with("SELECT") || sql.starts_with("WITH") {
            let question = Question { sql: sql.to_owned(), params: params.to_vec() };
            self.questions.borrow_mut().push(question);
        }
        Ok(Vec::new())
    }
}

/// Answers that wait for their question.
#[derive(Default)]
pub(super) struct Foreseen {
    answers: RefCell<Vec<(Question, Vec<Row>)>>,
}

impl Foreseen {
    pub(super) fn keep(&self, answers: impl Iterator<Item = (Question, Vec<Row>)>) {
        self.answers.borrow_mut().extend(answers);
    }

    /// The answer to exactly this question. Each is given once.
    pub(super) fn take(&self, sql: &str, params: &[Value]) -> Option<Vec<Row>> {
        let mut answers = self.answers.borrow_mut();
        let place =
            answers.iter().position(|(question, _)| question.sql == sql && question.params == params)?;
        Some(answers.swap_remove(place).1)
    }

    /// Nothing is foreseen any more: something was written, or another closure begins.
    pub(super) fn forget(&self) {
        self.answers.borrow_mut().clear();
    }
}

/// All that a closure runs on which was foreseen whole.
pub(super) struct Answers {
    foreseen: Foreseen,
    /// The closure asked for more, so whatever it made of it is worth nothing.
    wanting: Cell<bool>,
}

impl Answers {
    pub(super) fn new(answers: impl Iterator<Item = (Question, Vec<Row>)>) -> Self {
        let foreseen = Foreseen::default();
        foreseen.keep(answers);
        Self { foreseen, wanting: Cell::new(false) }
    }

    pub(super) fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.foreseen.take(sql, params).ok_or_else(|| {
            self.wanting.set(true);
            StoreError::Statement("this was not foreseen".to_owned())
        })
    }

    pub(super) fn are_enough(&self) -> bool {
        !self.wanting.get()
    }
}
