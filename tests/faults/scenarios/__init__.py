"""All families of scenarios; importing one registers them."""
import importlib

for family in ("bounce", "paced", "crash_points", "pause", "rebalance", "broker", "database",
               "database_limits", "services", "inputs", "hostile", "strangers", "nginx", "scale",
               "restore", "takeover", "storm", "soak", "cluster_databases", "cluster_brokers",
               "cluster_zombies", "cluster_storm"):
    importlib.import_module(f"{__name__}.{family}")
