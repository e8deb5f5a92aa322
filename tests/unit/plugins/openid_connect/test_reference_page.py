from scripts.parts import field_page


def test_the_page_is_what_the_source_says() -> None:
    assert field_page.PAGE.read_text(encoding="utf-8") == field_page.render(), "run make docs"


def test_the_page_lists_every_field_once_with_its_meaning() -> None:
    text = field_page.render()
    for name, field in field_page.OpenIdConnectConfig.model_fields.items():
        if field_page.is_at_work(field):
            assert text.count(f"\n| `{name}` |") == 1
            assert f"| {field.description}" in text
        else:
            assert text.count(f"\n- `{name}`\n") == 1
