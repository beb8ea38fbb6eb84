use secrecy::ExposeSecret;

use super::*;

fn account(url: &str) -> Account {
    Account::new(url.parse().unwrap(), "imports")
}

fn accounts(started: Option<&str>) -> SessionAccounts {
    let mut config = Config::default();
    config.accounts.insert("acme".into(), account("acme"));
    let beta = Account { token_command: Some("pass show beta".into()), ..account("beta") };
    config.accounts.insert("beta".into(), beta);
    let started = started.map(|name| (name.to_owned(), account(name)));
    SessionAccounts::new(config, started, Some(Token::from("s3cret")))
}

fn token_for(accounts: &SessionAccounts, url: &str, username: &str) -> Option<TokenFrom> {
    accounts.known().token_for(&url.parse().unwrap(), username, None)
}

#[test]
fn the_environment_s_token_is_for_one_account() {
    let accounts_of_acme = accounts(Some("acme"));
    assert_eq!(token_for(&accounts_of_acme, "acme", "another"), Some(TokenFrom::Environment));
    assert_eq!(token_for(&accounts_of_acme, "beta", "imports"), Some(TokenFrom::Command));
    assert_eq!(token_for(&accounts_of_acme, "beta", "another"), None);
    assert_eq!(token_for(&accounts_of_acme, "gamma", "imports"), None);
    assert_eq!(accounts_of_acme.environment_of_another("beta").as_deref(), Some("acme"));

    let mut unassigned = accounts(None);
    assert_eq!(token_for(&unassigned, "gamma", "x"), Some(TokenFrom::Environment));
    unassigned.switch_to("gamma".into(), account("gamma"));
    assert_eq!(token_for(&unassigned, "acme", "imports"), None, "it is gamma's now");
    assert_eq!(token_for(&unassigned, "delta", "x"), None);
}

#[test]
fn two_users_at_one_address_are_two_accounts() {
    let mut accounts = accounts(Some("acme"));
    let bob = Account { username: "bob".into(), token_file: Some("bob".into()), ..account("acme") };
    accounts.config.accounts.insert("bob".into(), bob);
    let (known, url) = (accounts.known(), "acme".parse().unwrap());
    let at = |username, meant| known.at(&url, username, meant).unwrap().name.as_str();
    assert_eq!([at("bob", None), at("imports", None), at("x", None)], ["bob", "acme", "acme"]);
    assert_eq!(at("x", Some("bob")), "bob");
    assert_eq!(known.token_for(&url, "bob", None), Some(TokenFrom::File));
}

#[test]
fn a_typed_token_comes_first_and_stays_with_its_account() {
    let mut accounts = accounts(Some("acme"));
    accounts.remember_token("beta", Token::from("typed"));
    assert_eq!(token_for(&accounts, "beta", "imports"), Some(TokenFrom::Run));
    assert_eq!(accounts.available_token("beta", TokenFrom::Run).unwrap().expose_secret(), "typed");
    assert!(accounts.available_token("acme", TokenFrom::Run).is_none());
}

#[test]
fn an_address_never_gets_the_name_of_another_account() {
    let mut config = Config::default();
    let name = |config: &Config| SessionAccounts::name_for(config, &"acme".parse().unwrap());
    assert_eq!(name(&config), "acme");
    config.accounts.insert("acme".into(), account("elsewhere"));
    assert_eq!(name(&config), "acme.viewcases.com");
    config.accounts.insert("acme.viewcases.com".into(), account("elsewhere"));
    assert_eq!(name(&config), "https://acme.viewcases.com/api/v1/");
}
