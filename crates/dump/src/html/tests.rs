//! Pages as trees: nesting that the standard asks for, selectors, hostile pages.

use super::*;
use expect_test::{Expect, expect};

/// One line per element: depth, name, text between its tags without line breaks.
fn outline(html: &str) -> String {
    let tree = HtmlTree::parse(html);
    let mut out = String::new();
    for element in tree.all() {
        let mut depth = 0;
        let mut above = element;
        while let Some(parent) = tree.parent(above) {
            above = parent;
            depth += 1;
        }
        let content = tree.text()[tree.content(element)].replace('\n', " ");
        out += &format!("{}{}: {content}\n", " ".repeat(depth), tree.name(element));
    }
    out
}

fn check(html: &str, expected: Expect) {
    expected.assert_eq(&outline(html));
}

#[test]
fn elements_without_an_end_end_where_the_standard_says() {
    check(
        "<ul><li>a<li>b<ul><li>c</ul></ul><table><tr><td>1<td>2<tr><th>3</table><p>x<div>y</div><dl><dt>k<dd>v</dl>",
        expect![[r#"
            ul: <li>a<li>b<ul><li>c</ul>
             li: a
             li: b<ul><li>c</ul>
              ul: <li>c
               li: c
            table: <tr><td>1<td>2<tr><th>3
             tr: <td>1<td>2
              td: 1
              td: 2
             tr: <th>3
              th: 3
            p: x
            div: y
            dl: <dt>k<dd>v
             dt: k
             dd: v
        "#]],
    );
}

#[test]
fn misnested_tags_do_not_tear_blocks_apart() {
    check(
        "<div><b>a<div>b</b>c</div></div><div><td></div></span>d</p></div><table><tr><td><div>e</td></tr></table>",
        expect![[r#"
            div: <b>a<div>b</b>c</div>
             b: a<div>b</b>c</div>
              div: b</b>c
            div: <td></div></span>d</p></div><table><tr><td><div>e</td></tr></table>
             td: </div></span>d</p></div><table><tr><td><div>e</td></tr></table>
              table: <tr><td><div>e</td></tr>
               tr: <td><div>e</td>
                td: <div>e
                 div: e
        "#]],
    );
}

#[test]
fn scripts_comments_and_forms_contain_no_elements() {
    check(
        "<!doctype html><script>if (a < b) '<div>'</SCRIPT ><!-- <p> --><!--><i>1</i><form action=x><table></form><tr><td>2</table><img src=a/>3<br/>",
        expect![[r#"
            script: if (a < b) '<div>'
            i: 1
            form: 
            table: </form><tr><td>2
             tr: <td>2
              td: 2
            img: 
            br: 
        "#]],
    );
}

#[test]
fn attributes_are_read_in_every_notation() {
    let html = "<a HREF='x>y' class=\" b  c\" data-x=1 checked title=\"q&quot;\" Id=i>t</a>";
    let tree = HtmlTree::parse(html);
    let value = |name| tree.attribute(0, name);
    assert_eq!(value("href"), Some("x>y"));
    assert_eq!(value("data-x"), Some("1"));
    assert_eq!(value("checked"), Some(""));
    assert_eq!(value("title"), Some("q&quot;"));
    assert_eq!(value("id"), Some("i"));
    assert_eq!(value("rel"), None);
    assert!(tree.has_class(0, "c") && !tree.has_class(0, "d"));
    assert_eq!(&html[tree.content(0)], "t");
    assert_eq!(&html[tree.outside(0)], html);
}

#[test]
fn selectors_find_what_css_would() {
    let html = "<div id=p12 class='post x'><h3><a class=n href='u.php?u=5'>A</a></h3><p><a href=z name=n1>B</a></p></div><div id=pq class=post><a>C</a></div>";
    let tree = HtmlTree::parse(html);
    let found = |selector: &str| -> String {
        let selector = Selector::parse(selector).unwrap();
        tree.select(tree.all(), &selector)
            .map(|element| format!("{}{element} ", tree.name(element)))
            .collect()
    };
    let table: String = [
        "div.post",
        "div.post.x",
        "div[id#=p]",
        "#pq a",
        "div > a",
        "div.post h3 a, #pq",
        "a[href*=u.php]",
        "[href^=z]",
        "a[name]",
        "[href$=5]",
        "[class~=x]",
        "*",
        "",
    ]
    .iter()
    .map(|selector| format!("{selector} -> {}\n", found(selector)))
    .collect();
    expect![[r#"
        div.post -> div0 div5 
        div.post.x -> div0 
        div[id#=p] -> div0 
        #pq a -> a6 
        div > a -> a6 
        div.post h3 a, #pq -> a2 div5 
        a[href*=u.php] -> a2 
        [href^=z] -> a4 
        a[name] -> a4 
        [href$=5] -> a2 
        [class~=x] -> div0 
        * -> div0 h31 a2 p3 a4 div5 a6 
         -> 
    "#]]
    .assert_eq(&table);
    for wrong in ["a >", "a[", "a[]", "a..b", "a:hover", "a[x y]", "."] {
        assert!(
            Selector::parse(wrong).is_none() || wrong == "a:hover",
            "{wrong}"
        );
    }
}

#[test]
fn deep_pages_are_cut_at_the_depth_limit_and_take_linear_time() {
    for unit in [
        "<div>",
        "<b>",
        "<div><p>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<span>",
    ] {
        let html = unit.repeat(100_000);
        let tree = HtmlTree::parse(&html);
        assert!(tree.all().len() >= 100_000);
    }
    let html = format!(
        "{}x{}<p>after</p>",
        "<div>".repeat(1000),
        "</div>".repeat(1000)
    );
    let tree = HtmlTree::parse(&html);
    assert_eq!(tree.parent(tree.all().len() - 1), None);
}

#[test]
fn giant_and_broken_tags_are_read_in_linear_time() {
    let attribute = "x".repeat(4 << 20);
    let html = format!("<a title=\"{attribute}\">b</a>");
    let tree = HtmlTree::parse(&html);
    assert_eq!(tree.attribute(0, "title").map(str::len), Some(4 << 20));
    for unit in [
        "<", "<a ", "<a=\"", "<a='>", "<!--", "</", "<script", "<script>", "<a b=", "\0<", "<é",
    ] {
        let html = unit.repeat(200_000);
        HtmlTree::parse(&html);
    }
}

#[test]
fn any_prefix_of_a_page_is_a_page() {
    let html = "<div class='é'><p title=\"ü\">é<b>x</b><!-- ö --><script>ß</script><table><tr><td id=я>1</table></div>";
    for end in (0..html.len()).filter(|end| html.is_char_boundary(*end)) {
        let tree = HtmlTree::parse(&html[..end]);
        for element in tree.all() {
            assert!(html.get(tree.outside(element)).is_some());
            assert!(tree.attribute(element, "x").is_none());
        }
    }
}
