"""Container formats: zip, OLE, and the XML parts of packages in zips."""
