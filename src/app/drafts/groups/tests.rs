use super::*;

#[test]
fn groups_ignore_case_and_know_their_client() {
    let texts = ["Acme", "Beta", "ACME ", ""].map(str::to_owned);
    assert_eq!(groups(&texts), [vec!["Acme", "ACME "], vec!["Beta"], vec![""]]);
    let recipe = Recipe::from_toml(
        "caseload = 1\n[defaults]\nclient_id = 100\nprimary_contact_id = 1000\n[[columns]]\nfrom = \"Carrier\"\n\
         to = \"client_id\"\nvalues = { \"acme\" = 100, \"Beta\" = 200 }\n",
    )
    .unwrap();
    let of = |text: &str| {
        let recipe = of_group(&recipe, "Carrier", text);
        ["client_id", "primary_contact_id"].map(|key| recipe.defaults.get(&key.parse().unwrap()).cloned())
    };
    let id = |id| Some(DefaultText::Whole(id));
    assert_eq!(of("Acme"), [id(100), id(1000)]);
    assert_eq!(of("Beta"), [id(200), None], "the contact is another client's");
    assert_eq!(of(""), [id(100), id(1000)]);
}
