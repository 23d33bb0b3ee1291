//! iCalendar: an event per record that has a day or a time.
//!
//! The event begins at the first column of dates or times and ends at the next column of the same kind, unless that is before. It
//! is called by the first column of texts; all other columns that have a value are its description, one line each.

use arrow::record_batch::RecordBatch;

use super::features::title_column;
use super::value::{Cell, Clock, Values, push_double};
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table, WriterOptions};

/// Bytes of a line before it has to be folded.
const LINE: usize = 75;

/// Writes a calendar.
pub struct Ical {
    table: Table,
    options: WriterOptions,
    start: usize,
    end: Option<usize>,
    title: usize,
    point: Option<usize>,
    /// Names the record, if it was asked for.
    id: Option<usize>,
}

fn same_kind(a: ColumnKind, b: ColumnKind) -> bool {
    matches!(
        (a, b),
        (ColumnKind::Date(_), ColumnKind::Date(_)) | (ColumnKind::Datetime, ColumnKind::Datetime)
    )
}

impl Ical {
    /// For the columns of a table.
    ///
    /// # Errors
    /// The table has no day or time, or no text.
    pub fn new(table: &Table, options: WriterOptions) -> Result<Self, Error> {
        let columns = &table.columns;
        let when = |kind: ColumnKind| matches!(kind, ColumnKind::Date(_) | ColumnKind::Datetime);
        let needs = |what: &str| Error::Invalid(format!("the format ical needs {what}: none is exported"));
        let start = columns.iter().position(|column| when(column.kind));
        let start = start.ok_or_else(|| needs("a column of type date or datetime"))?;
        let title = title_column(columns).ok_or_else(|| needs("a column of type text"))?;
        let kind = columns[start].kind;
        let end = columns
            .iter()
            .skip(start + 1)
            .position(|column| same_kind(kind, column.kind));
        Ok(Self {
            end: end.map(|after| start + 1 + after),
            point: columns.iter().position(|column| column.kind == ColumnKind::GeoPoint),
            id: columns.iter().rposition(|column| column.key == super::ID),
            table: table.clone(),
            options,
            start,
            title,
        })
    }

    fn event(&self, values: &[Values], row: usize, clock: &mut Clock, out: &mut Vec<u8>) {
        let Some(start) = moment(&values[self.start], row, false) else {
            return;
        };
        push_line("BEGIN:VEVENT", out);
        let id = self.id.map(|id| values[id].text(row, "", clock));
        // Without an identifier the content has to do.
        let id = id.unwrap_or_else(|| {
            let all: Vec<String> = values.iter().map(|value| value.text(row, "|", clock)).collect();
            format!("{:016x}", fingerprint(&all.join("\u{1}")))
        });
        push_line(&format!("UID:{id}@{}", self.options.host()), out);
        push_line(&format!("DTSTAMP:{}", instant(self.options.stamp)), out);
        push_line(&format!("DTSTART{start}"), out);
        let end = self.end.filter(|end| !before(&values[*end], &values[self.start], row));
        if let Some(end) = end.and_then(|end| moment(&values[end], row, true)) {
            push_line(&format!("DTEND{end}"), out);
        }
        if let Some(title) = values[self.title].plain_text(row) {
            push_line(&format!("SUMMARY:{}", escaped(title)), out);
        }
        let mut lines = Vec::new();
        let told = [Some(self.start), self.end, Some(self.title), self.point, self.id];
        for (index, column) in self.table.columns.iter().enumerate() {
            if !told.contains(&Some(index)) && !values[index].is_null(row) {
                let text = values[index].text(row, &self.options.list_separator, clock);
                lines.push(format!("{}: {text}", column.label));
            }
        }
        if !lines.is_empty() {
            push_line(&format!("DESCRIPTION:{}", escaped(&lines.join("\n"))), out);
        }
        if let Some(Cell::Point([lon, lat])) = self.point.map(|point| values[point].cell(row)) {
            let mut line = b"GEO:".to_vec();
            push_double(lat, &mut line);
            line.push(b';');
            push_double(lon, &mut line);
            push_line(&String::from_utf8_lossy(&line), out);
        }
        push_line("END:VEVENT", out);
    }
}

/// A number that is the same for the same text (FNV-1a).
fn fingerprint(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Whether the end of a record is before its beginning.
fn before(end: &Values, start: &Values, row: usize) -> bool {
    match (end.cell(row), start.cell(row)) {
        (Cell::Date(end, _), Cell::Date(start, _)) => end < start,
        (Cell::Datetime(end), Cell::Datetime(start)) => end < start,
        _ => true,
    }
}

/// An instant as the format has it: `20240531T100000Z`.
fn instant(millis: i64) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default();
    moment.format("%Y%m%dT%H%M%SZ").to_string()
}

/// What stands after `DTSTART` or `DTEND`. The end of days is the day after the last.
fn moment(values: &Values, row: usize, end: bool) -> Option<String> {
    match values.cell(row) {
        Cell::Datetime(millis) => Some(format!(":{}", instant(millis))),
        Cell::Date(days, _) => {
            let days = i64::from(days) + i64::from(end);
            let day = chrono::DateTime::from_timestamp(days.checked_mul(86_400)?, 0)?;
            Some(format!(";VALUE=DATE:{}", day.format("%Y%m%d")))
        }
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            control if control.is_control() && control != '\t' => {}
            _ => out.push(c),
        }
    }
    out
}

/// Appends a line, folded into several that begin with a blank when it is long.
fn push_line(line: &str, out: &mut Vec<u8>) {
    let mut rest = line;
    let mut room = LINE;
    while rest.len() > room {
        let (now, later) = rest.split_at(rest.floor_char_boundary(room));
        out.extend_from_slice(now.as_bytes());
        out.extend_from_slice(b"\r\n ");
        rest = later;
        room = LINE - 1;
    }
    out.extend_from_slice(rest.as_bytes());
    out.extend_from_slice(b"\r\n");
}

impl RowFormat for Ical {
    fn head(&self, out: &mut Vec<u8>) {
        push_line("BEGIN:VCALENDAR", out);
        push_line("VERSION:2.0", out);
        push_line("PRODID:-//Parvis//Parvis//EN", out);
        push_line(&format!("X-WR-CALNAME:{}", escaped(&self.options.name)), out);
    }

    fn rows(&self, batch: &RecordBatch, _: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let values = super::value::columns(&self.table, batch)?;
        let mut clock = Clock::new(self.table.timezone);
        for row in 0..batch.num_rows() {
            self.event(&values, row, &mut clock, out);
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        push_line("END:VCALENDAR", out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Vec::new();
        push_line(&"é".repeat(100), &mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(text.replace("\r\n ", "").trim_end(), "é".repeat(100));
    }
}
