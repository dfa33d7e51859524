//! Two CSV files, one of nodes and one of edges, as Gephi's spreadsheet import reads them.
//!
//! `Timeset` holds an interval in Gephi's own notation, `<[from, to]>`. Text cells are guarded
//! against formulas as in [`crate::csv`], since such files are opened in spreadsheets too.
//!
//! Memory: 16 bytes and overhead for each account.

use std::io::{self, Write};

use crate::ExportError;
use crate::csv_cell::write_text_cell;
use crate::network::{
    Arc, AttributeType, EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Network, Node,
    graph_records_without_place,
};
use crate::records::{Account, Edge, ExportCounts, Link, RecordWriter};

/// Writes nodes and edges.
pub struct GephiCsvWriter<N: Write, E: Write> {
    nodes: N,
    edges: E,
    network: Network,
}

impl<N: Write, E: Write> GephiCsvWriter<N, E> {
    /// Begins both files with their headings.
    pub fn new(mut nodes: N, mut edges: E) -> Result<Self, ExportError> {
        write!(nodes, "Id,Label,Timeset")?;
        write_names(&mut nodes, &NODE_ATTRIBUTES)?;
        write!(edges, "Source,Target,Type,Id,Weight,Timeset")?;
        write_names(&mut edges, &EDGE_ATTRIBUTES)?;
        Ok(GephiCsvWriter {
            nodes,
            edges,
            network: Network::new("Gephi CSV"),
        })
    }

    fn write_node(&mut self, node: &Node) -> io::Result<()> {
        write!(self.nodes, "{},", node.id)?;
        write_text_cell(&mut self.nodes, &node.label)?;
        write!(self.nodes, ",")?;
        write_timeset(&mut self.nodes, node.start.as_deref(), node.end.as_deref())?;
        write_values(&mut self.nodes, &NODE_ATTRIBUTES, &node.values)
    }

    fn write_edge(&mut self, arc: &Arc) -> io::Result<()> {
        let direction = if arc.kind == "link" {
            "Undirected"
        } else {
            "Directed"
        };
        write!(
            self.edges,
            "{},{},{direction},{},{},",
            arc.from, arc.to, arc.id, arc.weight
        )?;
        write_timeset(&mut self.edges, arc.at.as_deref(), arc.at.as_deref())?;
        write_values(&mut self.edges, &EDGE_ATTRIBUTES, &arc.values)
    }
}

fn write_names(out: &mut impl Write, attributes: &[(&str, AttributeType)]) -> io::Result<()> {
    for (name, _) in attributes {
        write!(out, ",{name}")?;
    }
    writeln!(out)
}

fn write_values(
    out: &mut impl Write,
    attributes: &[(&str, AttributeType)],
    values: &[Option<String>],
) -> io::Result<()> {
    for ((_, attribute_type), value) in attributes.iter().zip(values) {
        write!(out, ",")?;
        match value {
            Some(value) if *attribute_type == AttributeType::Text => write_text_cell(out, value)?,
            Some(value) => write!(out, "{value}")?,
            None => {}
        }
    }
    writeln!(out)
}

/// An interval; an open end is the far past or the far future, which Gephi writes as infinity.
fn write_timeset(out: &mut impl Write, start: Option<&str>, end: Option<&str>) -> io::Result<()> {
    if start.is_none() && end.is_none() {
        return Ok(());
    }
    let start = start.unwrap_or("-Infinity");
    let end = end.unwrap_or("Infinity");
    write!(out, "\"<[{start}, {end}]>\"")
}

impl<N: Write, E: Write> RecordWriter for GephiCsvWriter<N, E> {
    graph_records_without_place!();

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        if let Some(node) = self.network.node(account)? {
            self.write_node(&node)?;
        }
        Ok(())
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), ExportError> {
        if let Some(arc) = self.network.edge(edge)? {
            self.write_edge(&arc)?;
        }
        Ok(())
    }

    fn link(&mut self, link: &Link) -> Result<(), ExportError> {
        if let Some(arc) = self.network.link(link)? {
            self.write_edge(&arc)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.network.end()?;
        self.nodes.flush()?;
        self.edges.flush()?;
        Ok(self.network.counts.clone())
    }
}
