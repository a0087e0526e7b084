//! Equal questions that wait at the same moment are asked of a database server once: sixty-four requests of one busy
//! application cost one read. One reading of a question runs at a time, and who comes meanwhile shares the next. Refuses
//! to give an answer that was read before the question came.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hospes_domain::refusal::Refusal;
use hospes_store::engine::ReadTx;
use tokio::sync::oneshot;

use crate::app::{App, Stop};

type Answer<T> = Result<T, Refusal>;
type Askers<Q, T> = Vec<oneshot::Sender<Told<Q, T>>>;
type Waiting<Q, T> = Arc<Mutex<HashMap<Q, Askers<Q, T>>>>;

/// The questions of one kind that are being read or about to be, with those who wait for the next reading.
pub(crate) struct Joint<Q: Eq + Hash, T> {
    waiting: Waiting<Q, T>,
}

/// What somebody who waits is told.
enum Told<Q: Eq + Hash, T> {
    Answer(Answer<T>),
    /// To read for those who wait.
    Turn(Turn<Q, T>),
}

impl<Q: Eq + Hash, T> Default for Joint<Q, T> {
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
        let mut turn = Some(loop {
            match self.join(&question) {
                Ok(turn) => break turn,
                Err(told) => match told.await {
                    Ok(Told::Answer(answer)) => return answer,
                    Ok(Told::Turn(turn)) => break turn,
                    // Whoever was to read went away before the answer.
                    Err(_) => {}
                },
            }
        });
        let joined = Arc::new(Mutex::new(Askers::new()));
        let (waiting, shared) = (Arc::clone(&self.waiting), Arc::clone(&joined));
        let answer = app
            .read(move |tx| {
                // Whoever joins from here on would get an answer older than the question.
                let askers = lock(&waiting).get_mut(&question).map(std::mem::take);
                lock(&shared).extend(askers.unwrap_or_default());
                let found = read(tx, &question);
                // Here, since the reading may outlast whoever asked.
                drop(turn.take());
                found
            })
            .await;
        for asker in std::mem::take(&mut *lock(&joined)) {
            drop(asker.send(Told::Answer(answer.clone())));
        }
        answer
    }

    /// The turn to read, or where somebody who waits will be told.
    fn join(&self, question: &Q) -> Result<Turn<Q, T>, oneshot::Receiver<Told<Q, T>>> {
        let mut waiting = lock(&self.waiting);
        if let Some(askers) = waiting.get_mut(question) {
            let (tell, told) = oneshot::channel();
            askers.push(tell);
            return Err(told);
        }
        waiting.insert(question.clone(), Askers::new());
        Ok(Turn { waiting: Arc::clone(&self.waiting), question: Some(question.clone()) })
    }
}

/// The right to read a question, which only one has at a time. However it ends, it goes on to somebody who waits.
struct Turn<Q: Eq + Hash, T> {
    waiting: Waiting<Q, T>,
    /// `None` when it has gone on.
    question: Option<Q>,
}

impl<Q: Eq + Hash, T> Drop for Turn<Q, T> {
    fn drop(&mut self) {
        let Some(question) = self.question.take() else { return };
        let mut waiting = lock(&self.waiting);
        let askers = waiting.get_mut(&question);
        let next = askers.and_then(|askers| {
            askers.retain(|asker| !asker.is_closed());
            askers.pop()
        });
        let Some(next) = next else {
            waiting.remove(&question);
            return;
        };
        drop(waiting);
        let turn = Self { waiting: Arc::clone(&self.waiting), question: Some(question) };
        // Somebody who went away just now lets it go on by dropping it.
        drop(next.send(Told::Turn(turn)));
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
    async fn one_reading_of_a_question_runs_at_a_time() {
        let bench = Bench::new().await;
        if bench.app.reads_at_once() {
            return; // A file is asked by everybody, see above.
        }
        let joint: Arc<Joint<&'static str, u32>> = Arc::default();
        let reading = Arc::new(AtomicU32::new(0));
        let questions = (0..200).map(|number| {
            let (app, joint, reading) = (bench.app.clone(), Arc::clone(&joint), Arc::clone(&reading));
            async move {
                // They come one after the other, and every third goes away again.
                tokio::time::sleep(std::time::Duration::from_micros(number * 50)).await;
                let asked = joint.ask(&app, "how many at once", move |tx, _| {
                    let meanwhile = reading.fetch_add(1, Ordering::SeqCst);
                    hospes_store::engine::Read::rows(tx, "SELECT 1", &[])?;
                    reading.fetch_sub(1, Ordering::SeqCst);
                    Ok(meanwhile)
                });
                let patience =
                    std::time::Duration::from_micros(if number % 3 == 0 { 100 } else { 60_000_000 });
                tokio::time::timeout(patience, asked).await
            }
        });
        let answers = questions.collect::<JoinSet<_>>().join_all().await;
        for answer in answers.into_iter().flatten() {
            assert_eq!(answer, Ok(0), "nobody else reads it");
        }
        assert_eq!(joint.ask(&bench.app, "how many at once", |_, _| Ok(0)).await, Ok(0), "nobody is stuck");
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
