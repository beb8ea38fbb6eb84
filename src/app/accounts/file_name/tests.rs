use super::*;

#[test]
fn no_two_accounts_share_a_file() {
    assert_eq!(file_name("acme-east_2.west"), "acme-east_2.west");
    let names = ["acme east", "acme_east", "acme-east", "acme/east", "acme:east", "../acme"];
    let files: std::collections::HashSet<String> = names.iter().map(|name| file_name(name)).collect();
    assert_eq!(files.len(), names.len(), "{files:?}");
    assert!(files.iter().all(|file| !file.contains(['/', ':', ' '])));
}
