//! GPX 1.1: points are waypoints; lines, and the borders of surfaces, are tracks.
//!
//! The format wants waypoints before tracks: a point that comes after a track is a track of one point.

use std::io::Write as _;

use arrow::record_batch::RecordBatch;

use super::features::{Features, Layer};
use super::geometry::{Geometry, Position};
use super::value::{Clock, push_double};
use super::xml::{escaped, names, push_escaped};
use crate::Error;
use crate::output::{Table, Writer, WriterOptions};

/// Writes GPX.
pub struct Gpx {
    layer: Layer,
    options: WriterOptions,
    clock: Clock,
    /// Fields as names of elements.
    names: Vec<String>,
    /// The field that names a record.
    title: Option<usize>,
    /// The fields that describe a record.
    description: Vec<usize>,
    /// A track was written.
    tracks: bool,
}

impl Gpx {
    /// For the columns of a table. `keys` are the names of its columns before labels took their place.
    ///
    /// # Errors
    /// The table has no place, or not the fields that the options name.
    pub fn new(table: &Table, keys: &Table, options: WriterOptions) -> Result<Self, Error> {
        let layer = Layer::new(table, "gpx")?;
        let mut keys = keys.columns.clone();
        keys.remove(layer.place.0);
        let field = |parameter: &str, name: &str| {
            let found = keys.iter().position(|column| column.key == name);
            found.ok_or_else(|| Error::parameter(parameter, name, "the name of a field that is exported"))
        };
        let title = match &options.name_field {
            Some(name) => Some(field("name_field", name)?),
            None => layer.title,
        };
        let described = options
            .description_fields
            .iter()
            .map(|name| field("description_field_list", name));
        let mut description: Vec<usize> = described.collect::<Result<_, _>>()?;
        if description.is_empty() && !options.use_extension {
            description = (0..layer.fields.len()).filter(|field| Some(*field) != title).collect();
        }
        Ok(Self {
            names: names(layer.fields.iter().map(|field| field.key.as_str())),
            clock: Clock::new(layer.timezone),
            layer,
            options,
            title,
            description,
            tracks: false,
        })
    }

    /// What waypoints and tracks have in common: name, description, fields.
    fn about(&mut self, features: &Features, row: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let separator = &self.options.list_separator;
        if let Some(title) = self.title.filter(|title| !features.fields[*title].is_null(row)) {
            out.extend_from_slice(b"<name>");
            push_escaped(&features.fields[title].text(row, separator, &mut self.clock), &mut out);
            out.extend_from_slice(b"</name>");
        }
        let mut lines = Vec::new();
        for field in &self.description {
            let values = &features.fields[*field];
            if !values.is_null(row) {
                let text = values.text(row, separator, &mut self.clock);
                lines.push(format!("{}: {text}", self.layer.fields[*field].key));
            }
        }
        if !lines.is_empty() {
            let _ = write!(out, "<desc>{}</desc>", escaped(&lines.join("\n")));
        }
        if self.options.use_extension {
            out.extend_from_slice(b"<extensions>");
            for (values, name) in features.fields.iter().zip(&self.names) {
                if !values.is_null(row) {
                    let text = values.text(row, separator, &mut self.clock);
                    let _ = write!(out, "<ogr:{name}>{}</ogr:{name}>", escaped(&text));
                }
            }
            out.extend_from_slice(b"</extensions>");
        }
        out
    }

    fn push_track(&mut self, segments: &[&[Position]], about: &[u8], out: &mut Vec<u8>) {
        self.tracks = true;
        out.extend_from_slice(b"<trk>");
        out.extend_from_slice(about);
        for segment in segments {
            out.extend_from_slice(b"<trkseg>");
            for position in *segment {
                push_position("trkpt", *position, b"", out);
            }
            out.extend_from_slice(b"</trkseg>");
        }
        out.extend_from_slice(b"</trk>\n");
    }

    /// Points one by one, everything else as one track.
    fn push_feature(&mut self, geometry: &Geometry, about: &[u8], out: &mut Vec<u8>) {
        let parts = geometry.parts();
        let mut segments: Vec<&[Position]> = Vec::new();
        for part in &parts {
            match part {
                Geometry::Point(position) if !self.tracks => {
                    push_position("wpt", *position, about, out);
                    out.push(b'\n');
                }
                Geometry::Point(position) => segments.push(std::slice::from_ref(position)),
                Geometry::Line(line) => segments.push(line),
                Geometry::Polygon(rings) => segments.extend(rings.iter().map(Vec::as_slice)),
                _ => {}
            }
        }
        if !segments.is_empty() {
            self.push_track(&segments, about, out);
        }
    }
}

fn push_position(name: &str, [x, y]: Position, about: &[u8], out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "<{name} lat=\"");
    push_double(y, out);
    out.extend_from_slice(b"\" lon=\"");
    push_double(x, out);
    out.extend_from_slice(b"\">");
    out.extend_from_slice(about);
    let _ = write!(out, "</{name}>");
}

impl Writer for Gpx {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Parvis\" \
             xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:ogr=\"http://osgeo.org/gdal\">\
             <metadata><name>{}</name></metadata>\n",
            escaped(&self.options.name)
        );
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let features = self.layer.features(batch)?;
        for row in 0..batch.num_rows() {
            // A record without a place cannot be said.
            if let Some(geometry) = features.place.geometry_of(row) {
                let about = self.about(&features, row);
                self.push_feature(&geometry, &about, out);
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        out.extend_from_slice(b"</gpx>\n");
        Ok(())
    }
}
