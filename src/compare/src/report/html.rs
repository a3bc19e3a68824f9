//! The report as one page that needs nothing else: no script, style and plots inside.

use super::verdict::{suite_verdict, verdict};
use super::{Grid, Report, WAITS, costs, is_text, overview, places, plot, shortened, waiting};
use crate::measure::Comparison;
use std::fmt::Write;

/// Colours from Okabe and Ito's set, which the colour-blind can tell apart.
const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d6dae0; --soft: #5b6570;
  --c0: #d55e00; --c1: #0072b2; --c2: #009e73; --c3: #cc79a7; --c4: #b58900; --c5: #56b4e9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --paper: #14171b; --faint: #343a42; --soft: #9aa4af;
    --c0: #f08a3c; --c1: #4aa8e0; --c2: #2fc498; --c3: #e19cc3; --c4: #e0b93c; --c5: #8fd0f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem 1rem 3rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .2rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; } .soft, figcaption { color: var(--soft); font-size: .9rem; }
.verdict { border-left: 4px solid var(--c1); padding: .2rem 0 .2rem .9rem; margin: 1rem 0; }
.problem { border-color: var(--c0); overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; margin: 1rem 0; }
figure { margin: 0; } figcaption { margin-bottom: .3rem; } svg { width: 100%; max-width: 34rem; height: auto; display: block; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--faint); } .ideal { stroke: var(--soft); stroke-dasharray: 4 4; } .one { stroke: var(--ink); stroke-dasharray: 2 3; }
.whisker { stroke: var(--ink); stroke-width: 1.2; } .curve { stroke-width: 2.5; fill: none; }
.s0, .w0 { --c: var(--c0); } .s1, .w1 { --c: var(--c1); } .s2, .w2 { --c: var(--c2); }
.s3, .w3 { --c: var(--c3); } .s4, .w4 { --c: var(--c4); } .s5, .w5 { --c: var(--c5); }
rect, circle { fill: var(--c, var(--soft)); } .curve { stroke: var(--c, var(--soft)); }
.key { display: inline-block; margin-right: 1rem; white-space: nowrap; }
.key i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; background: var(--c, var(--soft)); }
.scroll { overflow-x: auto; } table { border-collapse: separate; border-spacing: 0; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--faint); white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; } th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
@media (max-width: 40rem) { table { font-size: .8rem; } th, td { padding: .25rem .45rem; } th:first-child, td:first-child { padding-left: 0; max-width: 7.5rem; white-space: normal; } }
.words { text-align: left; } summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
details { border-bottom: 1px solid var(--faint); }
@media print {
  :root { --ink: #000; --paper: #fff; --faint: #bbb; --soft: #333;
    --c0: #d55e00; --c1: #0072b2; --c2: #009e73; --c3: #cc79a7; --c4: #b58900; --c5: #56b4e9; }
  details::details-content { content-visibility: visible; height: auto; }
  figure, tr { break-inside: avoid; } .scroll { overflow: visible; } table { font-size: 7pt; } th, td { padding: .15rem .35rem; }
  body { font-size: 10pt; padding: 0; max-width: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
";

/// Text as it may stand in HTML, attributes included.
pub fn escape(s: &str) -> String {
    s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn table(g: &Grid) -> String {
    let mut out = String::from("<div class=\"scroll\"><table><thead><tr>");
    let class = |n: usize| if is_text(g, n) { " class=\"words\"" } else { "" };
    for (n, h) in g.heads.iter().enumerate() {
        let _ = write!(out, "<th{}>{}</th>", class(n), escape(h).replace('\n', "<br>"));
    }
    out += "</tr></thead><tbody>";
    for row in &g.rows {
        out += "<tr>";
        for (n, cell) in row.iter().enumerate() {
            let _ = write!(out, "<td{}>{}</td>", class(n), escape(cell));
        }
        out += "</tr>"
    }
    out + "</tbody></table></div>"
}

fn keys<'a>(class: char, names: impl Iterator<Item = (usize, &'a str)>) -> String {
    names.map(|(n, name)| format!("<span class=\"key {class}{n}\"><i></i>{}</span>", escape(name))).collect()
}

fn figure(caption: &str, keys: &str, svg: &str) -> String {
    format!("<figure><figcaption>{}<br>{keys}</figcaption>{svg}</figure>", escape(caption))
}

fn plots(r: &Report, c: &Comparison) -> String {
    let interpreters = keys('s', r.interpreters.iter().map(|i| i.name.as_str()).enumerate());
    let mut out = String::from("<div class=\"plots\">");
    if let Some(svg) = plot::speedup(r, c) {
        let caption = "Speed-up against one's own time with the fewest threads; dashed: perfect";
        out += &figure(caption, &interpreters, &svg)
    }
    out += &figure("Time by threads: median, and the range of all runs", &interpreters, &plot::times(r, c));
    if let Some(svg) = plot::waiting(r, c) {
        let kinds = keys('w', WAITS.iter().map(|(_, name, _)| *name).enumerate());
        out += &figure("Waiting, all threads together", &kinds, &svg)
    }
    out + "</div>"
}

fn paragraphs(class: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let text: String = lines.iter().map(|l| format!("<p>{}</p>", escape(l))).collect();
    format!("<div class=\"verdict {class}\">{text}</div>")
}

fn section(r: &Report, c: &Comparison) -> String {
    let mut out = paragraphs("problem", &c.problems);
    if c.measured.iter().all(|m| m.samples.is_empty()) {
        return out;
    }
    out += &paragraphs("", &verdict(r, c));
    out += &plots(r, c);
    out += "<h2>What it cost</h2>";
    out += &table(&shortened(costs(r, c)));
    let w = shortened(waiting(r, c));
    if !w.rows.is_empty() && w.heads.len() > 2 {
        out += "<h2>What the runtime counted</h2><p class=\"soft\">Of all threads together, mean of the runs. Object \
                locks: time slept, and how often one was found taken. Counts met: shared reference counts that another \
                thread changed at the same moment.</p>";
        out += &table(&w)
    }
    if !c.places.is_empty() {
        out += "<h2>Where threads met without the GIL</h2><p class=\"soft\">One more run, with -X contention. A count or \
                a lock that two threads want at once costs without anybody sleeping.</p>";
        out += &table(&places(c))
    }
    out
}

/// The report as a page.
pub fn html(r: &Report) -> String {
    let title = escape(&r.title());
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>weft compare: {title}</title><style>{STYLE}</style></head><body>\
         <h1>{title}: with and without the GIL</h1><p class=\"soft\">{}</p>",
        escape(&r.how())
    );
    if let Some(warning) = r.disturbance() {
        out += &paragraphs("problem", &[warning])
    }
    if r.interrupted {
        out += "<p><strong>Interrupted: this is what was measured until then.</strong></p>"
    }
    if r.suite {
        out += &paragraphs("", &suite_verdict(r));
        if let Some(svg) = plot::gains(r) {
            out += "<div class=\"plots\">";
            out += &figure("Free-threaded against GIL, most threads: times as fast", "", &svg);
            out += "</div>"
        }
        out += &table(&overview(r));
        out += "<h2>Each workload</h2>";
        for c in r.comparisons.iter().filter(|c| !c.measured.is_empty()) {
            let (name, about) = (escape(&c.program.name), escape(&c.program.about));
            let _ = write!(out, "<details><summary>{name}: {about}</summary>{}</details>", section(r, c));
        }
    } else {
        for c in &r.comparisons {
            out += &section(r, c)
        }
    }
    out + "</body></html>\n"
}

#[cfg(test)]
mod tests {
    use super::super::examples;

    #[test]
    fn the_page_is_whole_and_needs_nothing_else() {
        let mut r = examples::report(5);
        for suite in [false, true] {
            r.suite = suite;
            let page = super::html(&r);
            assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
            assert!(!page.contains("http") && !page.contains("<script") && !page.contains("url("));
            // What a program is called is text, never markup.
            assert!(page.contains("a&lt;b&gt;.py") && !page.contains("<b>"));
            for tag in ["svg", "table", "div", "figure", "details", "text"] {
                let (opened, closed) =
                    (page.matches(&format!("<{tag}")).count(), page.matches(&format!("</{tag}>")).count());
                assert_eq!(opened, closed, "{tag}");
            }
        }
    }
}
