"""The verbs on loans, one file each; see docs/decisions for the rules behind them."""
