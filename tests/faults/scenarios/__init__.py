"""All families of scenarios; importing one registers them."""
import importlib
import pathlib

FAMILIES = ["bounce", "crash_points", "pause", "rebalance", "broker", "database", "services",
            "inputs", "hostile", "nginx", "storm", "soak"]

for family in FAMILIES:
    if (pathlib.Path(__file__).parent / f"{family}.py").exists():
        importlib.import_module(f"{__name__}.{family}")
