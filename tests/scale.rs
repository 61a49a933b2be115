//! The recipes in `docs/scale.md` are the files that `.ci/peers scale` runs.

use std::fs;

#[test]
fn the_page_shows_the_recipes_as_they_are() {
    let page = fs::read_to_string("docs/scale.md").expect("the page is there");
    let mut count = 0;
    for entry in fs::read_dir("docs/scale").expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let recipe = fs::read_to_string(&path).expect("it is text");
        assert!(page.contains(&format!("\n{recipe}```\n")), "{}: copy it", path.display());
        count += 1;
    }
    assert_eq!(page.matches("\n```\n").count(), count, "no recipe without a file");
}
