use serde_json::json;

use super::*;

fn request(casefile: &Value, subjects: Subjects) -> CaseRequest {
    CaseRequest { body: json!({ "casefile": casefile }).to_string().into(), subjects }
}

/// Returns the lines as `key sent|stored mark`.
fn lines(casefile: &Value, stored: &Value) -> Vec<String> {
    let line =
        |line: ComparedValue| format!("{} {}|{} {}", line.key, line.sent, line.stored, line.same.mark());
    compare_values(&request(casefile, Subjects::PRIMARY), stored).into_iter().map(line).collect()
}

/// Returns the mark of one value sent as `notes`.
fn mark(sent: &Value, stored: &Value) -> char {
    let sent = request(&json!({ "notes": sent }), Subjects::PRIMARY);
    compare_values(&sent, &json!({ "notes": stored })).first().unwrap().same.mark()
}

#[test]
fn lines_come_in_the_order_sent_and_say_what_differs() {
    let sent =
        json!({"reference_value_1": "C-1", "case_type_id": 1, "due_on": "2026-12-01", "notes": "a\nb"});
    let stored = json!({"id": 7, "case_type_id": "1", "due_on": "2026-12-02", "notes": null,
                        "case_region_id": 3, "case_flags_list": [], "case_status_id": 1});
    assert_eq!(
        lines(&sent, &stored),
        [
            "reference_value_1 C-1| ·",
            "case_type_id 1|1 =",
            "due_on 2026-12-01|2026-12-02 ≠",
            "notes a\nb| ≠",
            "case_region_id |3 +",
        ]
    );
}

#[test]
fn custom_fields_are_matched_by_id_in_any_order() {
    let sent = json!({
        "custom_fields": [{"id": 20, "value": "back"}, {"id": 21, "value": "knee"}, {"id": 22, "value": "x"}],
        "subjects": [{"subject_type_id": 1, "is_primary": true, "is_pinned": true, "custom_fields": [
            {"id": 1, "value": {"first_name": "Jane", "middle_name": "", "last_name": "Doe"}},
            {"id": 3, "value": {"address_1": "", "city": "Denver", "zip": "00815"}}]}],
    });
    let stored = json!({
        "custom_fields": [{"id": 21, "value": "back"}, {"id": "20", "value": "back"}],
        "subjects": [
            {"is_primary": false, "subject_type_id": 9, "custom_fields": [{"id": 1, "value": "Other"}]},
            {"is_primary": true, "subject_type_id": 1, "custom_fields": [
                {"id": 3, "value": {"zip": 815, "city": "Denver", "address_1": null}},
                {"id": 1, "value": {"last_name": "Doe", "first_name": "Janet", "middle_name": "A"}}]}],
    });
    assert_eq!(
        lines(&sent, &stored),
        [
            "custom.20 back|back =",
            "custom.21 knee|back ≠",
            "custom.22 x| ·",
            "subject_type_id 1|1 =",
            "subject.1.first_name Jane|Janet ≠",
            "subject.1.middle_name |A ≠",
            "subject.1.last_name Doe|Doe =",
            "subject.3.city Denver|Denver =",
            "subject.3.zip 00815|815 ≠",
        ]
    );
}

#[test]
fn a_record_without_custom_fields_shows_none() {
    let sent = json!({
        "custom_fields": [{"id": 20, "value": "back"}],
        "subjects": [{"subject_type_id": 1, "custom_fields": [
            {"id": 1, "value": {"first_name": "Jane", "middle_name": "", "last_name": "Doe"}}]}],
    });
    let none = [
        "custom.20 back| ·",
        "subject_type_id 1| ·",
        "subject.1.first_name Jane| ·",
        "subject.1.last_name Doe| ·",
    ];
    for stored in [json!({"id": 7}), json!({"subjects": [], "custom_fields": []}), json!("no record")] {
        assert_eq!(lines(&sent, &stored), none, "{stored}");
    }
}

#[test]
fn a_name_may_come_back_as_one_text() {
    let name = json!({"first_name": "Jane", "middle_name": "M", "last_name": "Doe"});
    let sent = json!({"custom_fields": [{"id": 1, "value": name}]});
    let stored = |value: Value| json!({"custom_fields": [{"id": 1, "value": value}]});
    assert_eq!(lines(&sent, &stored(json!("Doe, Jane M."))), ["custom.1 Jane, M, Doe|Doe, Jane M. ="]);
    assert_eq!(lines(&sent, &stored(json!("Doe, Jane"))), ["custom.1 Jane, M, Doe|Doe, Jane ≠"]);
    assert_eq!(lines(&sent, &stored(json!(name.to_string()))).len(), 3);
    assert!(lines(&sent, &stored(Value::Null)).iter().all(|line| line.ends_with('≠')));
}

#[test]
fn the_client_may_be_shown_under_another_key() {
    let of = |stored: Value| lines(&json!({"client_id": 100}), &stored);
    assert_eq!(of(json!({"client_id": 1, "location_id": "100"})), ["client_id 100|100 ="]);
    assert_eq!(of(json!({"client_id": 1})), ["client_id 100|1 ≠"]);
    assert_eq!(of(json!({"id": 7})), ["client_id 100| ·"]);
}

#[test]
fn a_value_in_another_form_is_the_same() {
    for (sent, stored) in [
        (json!(7.5), json!("7.50")),
        (json!("7.50"), json!(7.5)),
        (json!(8), json!(8.0)),
        (json!(1), json!({"id": 1, "name": "Claims"})),
        (json!([1, 2]), json!(["2", "1"])),
        (json!([1, 2]), json!([{"id": 2}, {"id": 1}])),
        (json!("2026-12-01"), json!("2026-12-01 00:00:00")),
        (json!(1250), json!("$1,250.00")),
        (json!("12345678901234567890"), json!(12_345_678_901_234_567_890_u64)),
    ] {
        assert_eq!(mark(&sent, &stored), '=', "{sent} {stored}");
    }
    for (sent, stored) in [
        (json!("007"), json!("7")),
        (json!("007"), json!(7)),
        (json!("C-1"), json!("c-1")),
        (json!(7.5), json!("7,5")),
        (json!([1, 2]), json!([1])),
        (json!(1), json!("")),
        (json!(0), json!(null)),
        (json!("12345678901234567891"), json!(12_345_678_901_234_567_890_u64)),
        (json!("inf"), json!(1)),
    ] {
        assert_eq!(mark(&sent, &stored), '≠', "{sent} {stored}");
    }
}

#[test]
fn values_of_custom_fields_are_the_same_in_any_form_an_account_may_give_them() {
    let mark = |sent: Value, stored: Value| {
        let custom = |value: Value| json!([{"id": 7, "value": value}]);
        let sent = request(&json!({ "custom_fields": custom(sent) }), Subjects::default());
        let lines = compare_values(&sent, &json!({ "custom_fields": custom(stored) }));
        lines.iter().map(|line| line.same.mark()).collect::<String>()
    };
    for (sent, same, others) in [
        (
            json!(1),
            vec![json!(true), json!("1"), json!("Yes"), json!("true")],
            vec![json!(false), json!("No"), json!("")],
        ),
        (json!("0"), vec![json!(false), json!(0), json!("no")], vec![json!(true), json!("Yes"), json!(null)]),
        (json!(""), vec![json!(null), json!("")], vec![json!(false), json!(0)]),
        (json!(1500.5), vec![json!("1500.50"), json!("$1,500.50")], vec![json!("1500"), json!("1,500.6")]),
        (
            json!(["Photos", "Bank records"]),
            vec![
                json!("Photos, Bank records"),
                json!("Bank records; Photos"),
                json!(["Bank records", "Photos"]),
            ],
            vec![json!("Photos"), json!(["Photos"]), json!("")],
        ),
        (json!("Photos, Bank records"), vec![json!(["Photos", "Bank records"])], vec![json!(["Photos"])]),
        (json!("CA"), vec![json!("Canada"), json!("ca")], vec![json!("California"), json!("US")]),
        (json!("United States"), vec![json!("US"), json!("USA")], vec![json!("UK")]),
    ] {
        for stored in same {
            assert_eq!(mark(sent.clone(), stored.clone()), "=", "{sent} and {stored}");
        }
        for stored in others {
            assert_eq!(mark(sent.clone(), stored.clone()), "≠", "{sent} and {stored}");
        }
    }
    let address = json!({"address_1": "1 Elm St", "city": "Toronto", "state": "ON", "country": "CA"});
    assert_eq!(mark(address.clone(), json!("1 Elm St, Toronto, ON, Canada")), "=");
    assert_eq!(mark(address.clone(), json!("1 Elm St, Toronto, ON, Chile")), "≠");
    let stored = json!({"address_1": "1 Elm St", "city": "Toronto", "state": "ON", "country": "Canada"});
    assert_eq!(mark(address, stored), "====");
    // Elsewhere than in custom fields, 1 is a number and “true” a text.
    assert_eq!(super::tests::mark(&json!("1"), &json!("true")), '≠');
}

#[test]
fn each_subject_is_found_in_whatever_order_they_come_back() {
    let subject = |of: u64, primary: bool, id: u64, text: &str| {
        json!({"subject_type_id": of, "is_primary": primary, "is_pinned": true,
               "custom_fields": [{"id": id, "value": text}]})
    };
    let numbers: Subjects =
        ["subject", "subject2", "subject4"].iter().map(|key| key.parse::<SubjectNo>().unwrap()).collect();
    let sent = json!({"subjects": [
        subject(1, true, 1, "Doe"), subject(4, false, 45, "Lee"), subject(4, false, 45, "Poe")]});
    let lines = |stored: Value| -> Vec<String> {
        let lines = compare_values(&request(&sent, numbers), &json!({ "subjects": stored }));
        let text = |line: ComparedValue| format!("{} {}{}", line.key, line.same.mark(), line.stored);
        lines.into_iter().map(text).collect()
    };
    assert_eq!(
        lines(json!([
            subject(4, false, 45, "Poe"),
            subject(4, false, 45, "Lee"),
            subject(1, true, 1, "Doe")
        ])),
        [
            "subject_type_id =1",
            "subject.1 =Doe",
            "subject2.subject_type_id =4",
            "subject2.45 =Lee",
            "subject4.subject_type_id =4",
            "subject4.45 =Poe",
        ]
    );
    assert_eq!(
        lines(json!([subject(1, true, 1, "Doe"), subject(4, false, 45, "Lie")]))[2..],
        ["subject2.subject_type_id =4", "subject2.45 ≠Lie", "subject4.subject_type_id ·", "subject4.45 ·"],
        "one that is not listed is not shown"
    );
    assert_eq!(lines(json!([subject(1, true, 1, "Doe")]))[2], "subject2.subject_type_id ·");
    // The flag is sent as true, and may come back as a number or text.
    for (yes, no) in [(json!(1), json!(0)), (json!("1"), json!("0")), (json!("true"), json!("false"))] {
        let marked = |mut subject: Value, is: &Value| {
            subject["is_primary"] = is.clone();
            subject
        };
        let (other, own) = (subject(4, false, 45, "Lee"), subject(1, true, 1, "Doe"));
        assert_eq!(lines(json!([marked(other, &no), marked(own, &yes)]))[1], "subject.1 =Doe", "{yes}");
    }
}
