//! An overview as a table of shaded cells, which needs no script and scrolls where it is wider than the page.

use super::super::figure::{Colour, Figure, Marks, Scale};
use super::html::{escape, number};

/// Whether a figure is a table of shaded cells.
pub fn is_table(figure: &Figure) -> bool {
    figure.series.iter().any(|series| matches!(series.marks, Marks::Cells { .. }))
}

/// The figure as a table.
pub fn table(figure: &Figure) -> String {
    let (Scale::Names(columns), Scale::Names(rows)) = (&figure.x.scale, &figure.y.scale) else { return String::new() };
    let mut entries = vec![vec!["<td>–</td>".to_owned(); columns.len()]; rows.len()];
    let several = figure.series.len() > 1;
    for series in &figure.series {
        let Marks::Cells { x, y, value, path, shade, shown } = &series.marks else { continue };
        let cells = x.iter().zip(y).zip(value.iter().zip(path)).zip(shade.iter().zip(shown));
        for (((x, y), (value, path)), (shade, shown)) in cells {
            let Some(entry) = entries.get_mut(*y as usize).and_then(|row| row.get_mut(*x as usize)) else { continue };
            let name = if several { format!("<small>{}</small>", escape(&series.name)) } else { String::new() };
            *entry = format!(
                "<td class=\"{}\" style=\"--s:{:.2}\">{}{name}</td>",
                class(series.colour),
                0.04 + 0.5 * shade,
                number(path, value, shown)
            );
        }
    }
    let head: String = columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect();
    let body: String = rows
        .iter()
        .zip(entries)
        .map(|(name, row)| format!("<tr><th scope=\"row\">{}</th>{}</tr>\n", escape(name), row.concat()))
        .collect();
    let title = escape(&figure.title);
    format!(
        "<div class=\"wide heat\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table><caption>{title}</caption>\n\
         <thead><tr><th scope=\"col\">{}</th>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n",
        escape(&figure.y.label),
    )
}

fn class(colour: Colour) -> &'static str {
    match colour {
        Colour::Good => "good",
        Colour::Doubtful => "doubtful",
        Colour::Bad => "bad",
        Colour::Notable => "notable",
        Colour::Solver(_) | Colour::Guide => "guide",
    }
}
