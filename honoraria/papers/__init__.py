"""支払の書類: payment sheets, notices, receipts and yearly totals as Word, Excel, CSV and ZIP files.

Nothing here calculates: every amount comes from the sheet or from the yearly totals.
"""
