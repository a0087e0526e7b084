//! Equal questions that wait at the same moment are asked of a database server once: sixty-four requests of one busy
//! application cost one read. Refuses to give an answer that was read before the question came: whoever comes after the
//! reading has begun asks anew.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hospes_domain::refusal::Refusal;
use hospes_store::engine::ReadTx;
use tokio::sync::oneshot;

use crate::app::{App, Stop};

type Answer<T> = Result<T, Refusal>;
type Askers<T> = Vec<oneshot::Sender<Answer<T>>>;
type Waiting<Q, T> = Arc<Mutex<HashMap<Q, Askers<T>>>>;

/// The questions of one kind that wait for their reading to begin, with those who asked the same meanwhile.
pub(crate) struct Joint<Q, T> {
    waiting: Waiting<Q, T>,
}

impl<Q, T> Default for Joint<Q, T> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<Q, T> Joint<Q, T>
where
    Q: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + 'static,
{
    /// Reads what `read` finds for `question`, which must say all that `read` depends on.
    ///
    /// # Errors
    /// Those of `read`, told to everybody who asked.
    pub(crate) async fn ask<F>(&self, app: &App, question: Q, mut read: F) -> Answer<T>
    where
        F: FnMut(&mut ReadTx<'_>, &Q) -> Result<T, Stop> + Send + 'static,
    {
        // On a file the answer is there before anybody else could ask.
        if app.reads_at_once() {
            return app.glance(move |tx| read(tx, &question)).await;
        }
        while let Some(answer) = self.join(&question) {
            // Whoever was to ask went away before the answer: then somebody else does.
            if let Ok(answer) = answer.await {
                return answer;
            }
        }
        let joined = Arc::new(Mutex::new(Askers::new()));
        let mut asking = Asking {
            waiting: Arc::clone(&self.waiting),
            question,
            joined: Arc::clone(&joined),
            begun: false,
        };
        let answer = app
            .read(move |tx| {
                asking.begin();
                read(tx, &asking.question)
            })
            .await;
        for asker in std::mem::take(&mut *lock(&joined)) {
            drop(asker.send(answer.clone()));
        }
        answer
    }

    /// The answer somebody else waits for, or `None` for whoever has to ask.
    fn join(&self, question: &Q) -> Option<oneshot::Receiver<Answer<T>>> {
        let mut waiting = lock(&self.waiting);
        if let Some(askers) = waiting.get_mut(question) {
            let (tell, told) = oneshot::channel();
            askers.push(tell);
            return Some(told);
        }
        waiting.insert(question.clone(), Vec::new());
        None
    }
}

/// One reading until it has begun. Dropped before that, it lets those who joined ask themselves.
struct Asking<Q: Eq + Hash, T> {
    waiting: Waiting<Q, T>,
    question: Q,
    /// Where those who joined are kept for the answer.
    joined: Arc<Mutex<Askers<T>>>,
    begun: bool,
}

impl<Q: Eq + Hash, T> Asking<Q, T> {
    /// Lets nobody join any more: the answer may be older than their question.
    fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            let askers = lock(&self.waiting).remove(&self.question).unwrap_or_default();
            *lock(&self.joined) = askers;
        }
    }
}

impl<Q: Eq + Hash, T> Drop for Asking<Q, T> {
    fn drop(&mut self) {
        if !self.begun {
            lock(&self.waiting).remove(&self.question);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::task::JoinSet;

    use super::*;
    use crate::testing::Bench;

    /// Asks `askers` times at once how often the directory was asked.
    async fn asked(bench: &Bench, joint: &Arc<Joint<&'static str, u32>>, askers: u32) -> Vec<u32> {
        let readings = Arc::new(AtomicU32::new(0));
        let questions = (0..askers).map(|_| {
            let (app, joint, readings) = (bench.app.clone(), Arc::clone(joint), Arc::clone(&readings));
            async move {
                joint
                    .ask(&app, "how often", move |_, _| Ok(readings.fetch_add(1, Ordering::SeqCst) + 1))
                    .await
            }
        });
        let answers = questions.collect::<JoinSet<_>>().join_all().await;
        answers.into_iter().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn equal_questions_share_a_reading_that_begins_after_all_of_them() {
        let bench = Bench::new().await;
        let joint = Arc::default();
        let answers = asked(&bench, &joint, 50).await;
        let readings = *answers.iter().max().unwrap();
        if bench.app.reads_at_once() {
            assert_eq!(readings, 50, "a file is asked by everybody");
        } else {
            assert!(readings < 10, "{readings} readings for fifty questions at once");
        }
        assert_eq!(asked(&bench, &joint, 1).await, [1], "later questions are asked anew");
        assert!(lock(&joint.waiting).is_empty());
    }

    #[tokio::test]
    async fn a_refusal_is_told_to_all_and_one_that_goes_away_holds_nobody_up() {
        let bench = Bench::new().await;
        let joint: Arc<Joint<&'static str, u32>> = Arc::default();
        let refused = (0..20).map(|_| {
            let (app, joint) = (bench.app.clone(), Arc::clone(&joint));
            async move { joint.ask(&app, "nothing", |_, _| Err(Refusal::Stale.into())).await }
        });
        let answers = refused.collect::<JoinSet<_>>().join_all().await;
        assert!(answers.iter().all(|it| *it == Err(Refusal::Stale)));
        tokio::select! {
            biased;
            _ = joint.ask(&bench.app, "again", |_, _| Ok(1)) => {}
            () = std::future::ready(()) => {}
        }
        assert_eq!(joint.ask(&bench.app, "again", |_, _| Ok(2)).await, Ok(2));
        assert!(lock(&joint.waiting).is_empty());
    }
}
