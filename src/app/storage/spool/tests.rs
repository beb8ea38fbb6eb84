use super::*;

#[test]
fn standard_input_without_an_end_is_refused_and_its_copy_removed() {
    let folder = tempfile::tempdir().unwrap();
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let limit = Limit(1 << 20, "a reason");
    let error = spool_within(folder.path(), PREFIX, io::repeat(b'x'), limit).err().unwrap();
    let message = "standard input is larger than 1 MiB, a reason. Save it to a file and import the file";
    assert_eq!((error.to_string().as_str(), files()), (message, 0));
    let spool = spool_within(folder.path(), PREFIX, io::repeat(b'x').take(1 << 20), limit).unwrap();
    assert_eq!(fs::metadata(spool.path()).unwrap().len(), 1 << 20);
}

#[test]
fn no_limit_is_more_than_half_the_free_disk() {
    let folder = tempfile::tempdir().unwrap();
    let Limit(most, _) = Limit::of(folder.path());
    assert!(most > 0 && most <= MAX_SIZE.0);
    assert!(free_space(folder.path()).is_none_or(|free| most <= free));
}
