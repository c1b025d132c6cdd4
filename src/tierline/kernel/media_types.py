"""Names of forms of files that several shells write in headers."""

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""A workbook (XLSX)."""
