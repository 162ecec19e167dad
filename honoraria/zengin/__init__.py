"""全銀: the bank transfer file (総合振込), with kana, banks, accounts and bank business days. Pure."""
