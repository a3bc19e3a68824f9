raise SystemExit("from a module")
