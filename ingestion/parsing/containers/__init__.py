"""Files that hold others: zips, OLE, and the XML parts of the packages in zips."""
