//! Container syntax: archives, encodings, XML, JSON and CSV as streams of rows with their place in the file.
