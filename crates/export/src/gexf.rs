//! GEXF 1.3, as Gephi reads it: a directed, dynamic graph.
//!
//! An account lives from its registration to when it was last seen, a reply or quotation at its
//! instant; what has no stated time lives always. A link has no direction in truth: its edge runs
//! from the account whose key sorts first, with `is_directed` false, since one graph of most
//! readers is directed or not as a whole. Parallel edges differ in `kind`.
//!
//! Memory: 16 bytes and overhead for each account.

use std::io::Write;

use crate::ExportError;
use crate::network::{
    Arc, EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Network, Node, graph_records_without_place,
};
use crate::records::{Account, Edge, ExportCounts, Link, RecordWriter};
use crate::xml_text::XmlDocument;

/// Writes GEXF 1.3.
pub struct GexfWriter<W: Write> {
    xml: XmlDocument<W>,
    network: Network,
    has_edges_begun: bool,
}

impl<W: Write> GexfWriter<W> {
    /// Begins the document.
    pub fn new(out: W) -> Result<Self, ExportError> {
        let mut xml = XmlDocument::new(out)?;
        let gexf = [
            ("xmlns", "http://gexf.net/1.3"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd",
            ),
            ("version", "1.3"),
        ];
        xml.open("gexf", &gexf)?;
        xml.open("meta", &[])?;
        xml.text("creator", &[], "Entangle")?;
        xml.close("meta")?;
        let graph = [
            ("mode", "dynamic"),
            ("defaultedgetype", "directed"),
            // Spells are instants, which the schema allows under every time format. networkx 3.6
            // cannot read `dateTime`.
            ("timeformat", "date"),
            ("timerepresentation", "interval"),
        ];
        xml.open("graph", &graph)?;
        for (class, attributes) in [("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)] {
            xml.open("attributes", &[("class", class), ("mode", "static")])?;
            for (name, attribute_type) in attributes {
                let attribute = [
                    ("id", name),
                    ("title", name),
                    ("type", attribute_type.as_str()),
                ];
                xml.empty("attribute", &attribute)?;
            }
            xml.close("attributes")?;
        }
        xml.open("nodes", &[])?;
        Ok(GexfWriter {
            xml,
            network: Network::new("GEXF"),
            has_edges_begun: false,
        })
    }

    fn write_node(&mut self, node: &Node) -> std::io::Result<()> {
        self.xml
            .open("node", &[("id", &node.id), ("label", &node.label)])?;
        let names = NODE_ATTRIBUTES.map(|(name, _)| name);
        self.write_values(&names, &node.values)?;
        self.write_spell(node.start.as_deref(), node.end.as_deref())?;
        self.xml.close("node")
    }

    fn write_arc(&mut self, arc: &Arc) -> std::io::Result<()> {
        let weight = arc.weight.to_string();
        let edge = [
            ("id", arc.id.as_str()),
            ("source", &arc.from),
            ("target", &arc.to),
            ("kind", arc.kind),
            ("weight", &weight),
        ];
        self.xml.open("edge", &edge)?;
        let names = EDGE_ATTRIBUTES.map(|(name, _)| name);
        self.write_values(&names, &arc.values)?;
        self.write_spell(arc.at.as_deref(), arc.at.as_deref())?;
        self.xml.close("edge")
    }

    fn write_values(&mut self, names: &[&str], values: &[Option<String>]) -> std::io::Result<()> {
        self.xml.open("attvalues", &[])?;
        for (name, value) in names.iter().zip(values) {
            if let Some(value) = value {
                self.xml
                    .empty("attvalue", &[("for", name), ("value", value)])?;
            }
        }
        self.xml.close("attvalues")
    }

    fn write_spell(&mut self, start: Option<&str>, end: Option<&str>) -> std::io::Result<()> {
        let ends = [("start", start), ("end", end)];
        let ends: Vec<(&str, &str)> = ends
            .into_iter()
            .filter_map(|(name, end)| Some((name, end?)))
            .collect();
        if ends.is_empty() {
            return Ok(());
        }
        self.xml.open("spells", &[])?;
        self.xml.empty("spell", &ends)?;
        self.xml.close("spells")
    }

    fn begin_edges(&mut self) -> std::io::Result<()> {
        if !self.has_edges_begun {
            self.xml.close("nodes")?;
            self.xml.open("edges", &[])?;
            self.has_edges_begun = true;
        }
        Ok(())
    }
}

impl<W: Write> RecordWriter for GexfWriter<W> {
    graph_records_without_place!();

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        if let Some(node) = self.network.node(account)? {
            self.write_node(&node)?;
        }
        Ok(())
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), ExportError> {
        if let Some(arc) = self.network.edge(edge)? {
            self.begin_edges()?;
            self.write_arc(&arc)?;
        }
        Ok(())
    }

    fn link(&mut self, link: &Link) -> Result<(), ExportError> {
        if let Some(arc) = self.network.link(link)? {
            self.begin_edges()?;
            self.write_arc(&arc)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.network.end()?;
        self.begin_edges()?;
        for name in ["edges", "graph", "gexf"] {
            self.xml.close(name)?;
        }
        self.xml.end()?;
        Ok(self.network.counts.clone())
    }
}
