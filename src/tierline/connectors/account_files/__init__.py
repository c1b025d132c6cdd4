"""Files of accounts, contacts and contracts: CSV, or a workbook with a sheet for each."""
