//! The JavaScript module that replays captures: `voxev replay-module`. Its source is a file of the npm
//! package, complete as it stands; what `require` takes is derived from it.

use std::borrow::Cow;

use crate::cli::ReplayFormat;

const MODULE: &str = include_str!("../../packaging/npm/voxev/replay.mjs");
const TYPES: &str = include_str!("../../packaging/npm/voxev/replay.d.ts");

/// How an ECMAScript module declares what it exports. The module does so in no other way.
const EXPORTED: &str = "export function ";

/// The module, or its declarations.
pub(super) fn text(format: ReplayFormat) -> Cow<'static, str> {
    match format {
        ReplayFormat::Esm => MODULE.into(),
        ReplayFormat::Cjs => common_js(MODULE).into(),
        ReplayFormat::Types => TYPES.into(),
    }
}

fn common_js(module: &str) -> String {
    let exports = module.lines().filter_map(|line| line.strip_prefix(EXPORTED)?.split('(').next());
    let exports: Vec<&str> = exports.collect();
    let functions = module.replace(&format!("\n{EXPORTED}"), "\nfunction ");
    format!("'use strict';\n{functions}\nmodule.exports = {{ {} }};\n", exports.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::contract::{Bundle, EventId, Role};

    /// The strings of the module's constant `name`, which is an array on one line.
    fn constant(name: &str) -> Vec<&'static str> {
        let line = MODULE.lines().find(|line| line.starts_with(&format!("const {name} = [")));
        line.expect("it is there").split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_module_knows_the_calls_and_times_of_the_schemas() {
        let bundle = Bundle::newest();
        let (mut calls, mut times) = (BTreeSet::new(), BTreeSet::new());
        for id in EventId::all() {
            calls.extend(bundle.call_id_pointers(Some(id)).iter().map(String::as_str));
            times.extend(bundle.event(id).in_role(Role::SentAt).map(|it| it.pointer.as_str()));
        }
        assert_eq!(constant("CALL_ID").into_iter().collect::<BTreeSet<_>>(), calls);
        assert_eq!(constant("SENT_AT").into_iter().collect::<BTreeSet<_>>(), times);
    }

    #[test]
    fn the_common_js_module_exports_the_same_functions_and_nothing_else_differs() {
        let common_js = text(ReplayFormat::Cjs);
        assert!(common_js.ends_with("\nmodule.exports = { replay, parseCapture };\n"));
        assert!(!common_js.lines().any(|line| line.starts_with("export ")));
        let lines = common_js.lines().skip(1).zip(MODULE.lines());
        let changed = lines.filter(|(ours, source)| ours != source);
        assert_eq!(changed.count(), 2);
    }

    #[test]
    fn the_module_imports_nothing_and_its_types_declare_what_it_exports() {
        assert!(!MODULE.contains("import ") && !MODULE.contains("require("));
        let declared = TYPES.lines().filter_map(|line| line.strip_prefix(EXPORTED));
        let declared: Vec<&str> = declared.filter_map(|it| it.split(['(', '<']).next()).collect();
        assert_eq!(declared, ["replay", "parseCapture"]);
    }
}
