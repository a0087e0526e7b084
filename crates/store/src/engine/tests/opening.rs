//! Opening and closing: one process at a time, nothing lost, no schema that does not fit.

use std::process::Command;

use super::*;

/// Names the file for the other process of a test, which is this program run again.
const OTHER_PROCESS: &str = "HOSPES_STORE_TEST_FILE";
const OPENED: i32 = 10;
const IN_USE: i32 = 11;

/// Not a test of its own: what the other process does. It ends without closing anything.
#[test]
fn other_process() {
    let Some(path) = std::env::var_os(OTHER_PROCESS) else { return };
    let clock = Arc::new(TestClock(AtomicI64::new(1)));
    match Db::open(DbOptions { location: Location::File { path: path.into(), readers: 1 }, clock }) {
        Ok(_open) => std::process::exit(OPENED),
        Err(StoreError::InUse { .. }) => std::process::exit(IN_USE),
        Err(error) => panic!("{error}"),
    }
}

fn open_in_another_process(place: &Place) -> Option<i32> {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "engine::tests::opening::other_process"])
        .env(OTHER_PROCESS, place.file())
        .output()
        .unwrap()
        .status
        .code()
}

#[tokio::test]
async fn a_second_process_is_refused_and_a_dead_one_is_no_obstacle() {
    let place = Place::of_a_file();
    assert_eq!(open_in_another_process(&place), Some(OPENED));
    let db = place.open();
    assert_eq!(open_in_another_process(&place), Some(IN_USE));
    db.close().await;
    assert_eq!(open_in_another_process(&place), Some(OPENED));
}

#[tokio::test]
async fn a_second_open_is_refused_with_the_name_of_the_file() {
    let place = Place::of_a_file();
    let db = place.open();
    let error = place.try_open().err().unwrap();
    assert_eq!(error, StoreError::InUse { path: place.file() });
    assert!(error.to_string().contains(&place.file().display().to_string()), "{error}");
    assert!(error.to_string().contains("in use by another Hospes"), "{error}");
    db.close().await;
    place.open().close().await;
}

#[tokio::test]
async fn a_restart_keeps_the_data() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    adding(db.clone(), "kept").await.unwrap();
    db.close().await;
    let db = place.open();
    assert_eq!(notes(&db).await, ["kept"]);
    db.close().await;
    let wal = std::fs::metadata(place.file().with_extension("db-wal"));
    assert!(wal.is_err(), "a clean end leaves one file to copy");
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_lets_nothing_more_in() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let waiting = queued(adding(db.clone(), "in time")).await;
    let closing = queued(db.close()).await;
    assert_eq!(adding(db.clone(), "too late").await, Err(StoreError::Closed));
    held.release();
    assert!(matches!(waiting.await, Ok(Verdict::Done(_))));
    closing.await;
    db.close().await;
    assert_eq!(db.read(|_| Ok(())).await, Err(StoreError::Closed));
    assert_eq!(notes(&place.open()).await, ["in time"]);
}

#[tokio::test]
async fn a_folder_in_the_way_is_reported() {
    let place = Place::of_a_file();
    std::fs::create_dir_all(place.file()).unwrap();
    assert!(matches!(place.try_open(), Err(StoreError::Open { path, .. }) if path == place.file()));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let place = Place::of_a_file();
    std::fs::create_dir_all(place.file().parent().unwrap()).unwrap();
    let letter = "Dear Sir or Madam, ".repeat(500);
    std::fs::write(place.file(), &letter).unwrap();
    assert!(matches!(place.try_open(), Err(StoreError::Open { .. })));
    assert_eq!(std::fs::read_to_string(place.file()).unwrap(), letter);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.file()), 0o600);
    assert_eq!(mode(place.file().with_extension("db-wal")), 0o600);
    assert_eq!(mode(place.file().parent().unwrap().to_owned()), 0o700);
    db.close().await;
}

/// Opens, runs `sql` as an intruder would, closes, and says how the next opening goes.
async fn reopened_after(sql: &'static str) -> String {
    let place = Place::of_a_file();
    let db = place.open();
    done(&db, move |tx| tx.execute(sql, &[])).await;
    db.close().await;
    match place.try_open() {
        Ok(_) => "opened".into(),
        Err(StoreError::Schema(message)) => message,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_history_that_does_not_fit_is_refused() {
    let edited = reopened_after("UPDATE schema_history SET checksum = 'x' WHERE number = 1").await;
    assert!(edited.contains("was edited after it had been run"), "{edited}");

    let newer =
        "INSERT INTO schema_history (number, name, checksum, applied_at) VALUES (9999, 'later', 'x', 0)";
    let newer = reopened_after(newer).await;
    assert!(newer.contains("written by a newer Hospes"), "{newer}");

    assert_eq!(reopened_after("SELECT 1 WHERE 1 = 2").await, "opened");
}

#[tokio::test]
async fn every_table_checks_its_types() {
    let place = Place::of_a_file();
    let loose = |row: &Row| row.text(0);
    let sql = "SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND strict = 0 AND substr(name, 1, 7) <> 'sqlite_'";
    let names: Result<Vec<_>, _> =
        place.open().read(move |tx| tx.rows(sql, &[])).await.unwrap().iter().map(loose).collect();
    assert_eq!(names.unwrap(), Vec::<String>::new(), "these tables lack {{strict}}");
}
