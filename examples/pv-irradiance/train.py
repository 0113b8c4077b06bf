"""Trains the irradiance model of this example and writes model/: the ONNX file, reference rows, metrics in card.md.

    python -m venv .venv && .venv/bin/pip install -r examples/pv-irradiance/requirements.txt
    .venv/bin/python examples/pv-irradiance/train.py

The data is read by readers/export-csv.ts, so the model learns from exactly the rows that the plants replay.
"""

import io
import json
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from onnx import TensorProto, checker, helper, save
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor, VotingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODEL = HERE / "model"
SPLIT = json.loads((HERE / "data" / "split.json").read_text())
SITES = [site["name"] for site in SPLIT["sites"]]

LAGS = 3  # hours before the newest one
FLOOR = 5.0  # W/m²: keeps clear-sky indices finite near the horizon, and makes them 1 at night
FEATURES = [
    "kc0", "kc1", "kc2", "kc3", "kc_step", "diffuse0", "diffuse1", "sun_now", "sun_next", "clear_ratio",
    "temp_change_1h", "temp_change_3h", "humidity_change_1h", "humidity_change_3h", "pressure_change_3h",
]
WITHOUT_WEATHER = FEATURES[:5] + FEATURES[7:10]
OPSETS = {"": 17, "ai.onnx.ml": 3}
RATIO_MAX = 1.5
NET_GAIN = 5.0  # the network learns the change times this, which suits its default initial weights


def read_site(site):
    """One site's hourly rows, with the sun half an hour before each stamp: in the middle of the row's hour."""
    command = ["node", str(ROOT / "tools" / "run.mjs"), str(HERE / "readers" / "export-csv.ts")]
    command += ["--data", str(HERE / "data" / site["file"]), "--format", site["format"]]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    about, table = text.split("\n", 1)
    place = json.loads(about.removeprefix("# "))
    rows = pd.read_csv(io.StringIO(table), parse_dates=["time"]).set_index("time")
    if not (rows.index.to_series().diff().dropna() == pd.Timedelta(hours=1)).all():
        raise SystemExit(f"{site['file']}: the hours are not continuous")
    rows["sun"] = sun_elevation(rows.index - pd.Timedelta(minutes=30), place)
    rows["sun_at_stamp"] = sun_elevation(rows.index, place)
    return rows


def sun_elevation(times, place):
    """Geometric height of the sun in degrees (no refraction): NREL SPA as in pvlib."""
    spa = pvlib.solarposition.spa_python(times, place["latitude"], place["longitude"], altitude=place["altitudeM"])
    return 90 - spa["zenith"].to_numpy()


def haurwitz(elevation):
    """Clear-sky global irradiance in W/m² (Haurwitz, constants as in pvlib); 0 when the sun is down."""
    sine = np.sin(np.radians(elevation))
    up = np.maximum(sine, 1e-9)
    return np.where(sine > 0, 1098 * up * np.exp(-0.059 / up), 0.0)


def examples_of(name, rows):
    """One example per hour: what is known at its end, and the global irradiance of the hour that follows."""
    clear = haurwitz(rows["sun"])
    known = pd.DataFrame(index=rows.index)
    known["kc"] = np.minimum((rows["ghi"] + FLOOR) / (clear + FLOOR), 1.3)
    known["diffuse"] = np.minimum((rows["dhi"] + FLOOR) / (clear + FLOOR), 1.0)
    table = pd.DataFrame({f"kc{lag}": known["kc"].shift(lag) for lag in range(LAGS + 1)})
    table["kc_step"] = (table["kc0"] - table["kc1"]).abs()
    table["diffuse0"], table["diffuse1"] = known["diffuse"], known["diffuse"].shift(1)
    table["sun_now"], table["sun_next"] = rows["sun"], rows["sun"].shift(-1)
    next_clear = haurwitz(table["sun_next"].fillna(-90))
    table["clear_ratio"] = np.minimum(clear / np.maximum(next_clear, 1.0), 3.0)
    for feature, column, hours in [
        ("temp_change_1h", "temperatureC", 1), ("temp_change_3h", "temperatureC", 3),
        ("humidity_change_1h", "humidity", 1), ("humidity_change_3h", "humidity", 3),
        ("pressure_change_3h", "pressureHpa", 3),
    ]:
        table[feature] = rows[column] - rows[column].shift(hours)
    table["site"], table["time"] = name, rows.index
    table["ghi"], table["truth"] = rows["ghi"], rows["ghi"].shift(-1)
    table["clear"], table["next_clear"] = clear, next_clear
    stamp_clear = haurwitz(rows["sun_at_stamp"])
    table["clear_at_stamp"], table["next_clear_at_stamp"] = stamp_clear, np.append(stamp_clear[1:], 0.0)
    table = table.dropna().reset_index(drop=True)
    table[FEATURES] = table[FEATURES].astype(np.float32)
    return table[table["sun_next"] > 0].reset_index(drop=True)


def judged(table):
    """The hours that count: the sun is up in the middle of this hour and of the next one."""
    return table[table["sun_now"] > 0]


def smart(table, cap, clear="clear", least=0.0):
    """Clear-sky-index persistence: the index of this hour, at most `cap`, times the clear sky of the next hour."""
    index = table["ghi"] / np.maximum(table[clear], 1e-6)
    return np.where(table[clear] > least, np.minimum(index, cap), 1.0) * table[f"next_{clear}"]


def rmse(prediction, table):
    return float(np.sqrt(np.mean((prediction - table["truth"]) ** 2)))


def learnt(table):
    """What is learnt: the change of the clear-sky index. Its weights make a squared error in it one in W/m²."""
    change = (table["truth"] / np.maximum(table["next_clear"], FLOOR) - table["kc0"]).clip(-1.5, 1.5).to_numpy()
    weight = (table["next_clear"] ** 2).to_numpy()
    return change, weight / weight.mean()


def trees_of(leaf, inputs, change, weight):
    trees = ExtraTreesRegressor(40, min_samples_leaf=leaf, max_features=0.7, random_state=0)
    return trees.fit(inputs, change, sample_weight=weight)


def net_of(seed, inputs, change, weight):
    net = MLPRegressor(
        hidden_layer_sizes=(24,), activation="tanh", alpha=0.3, batch_size=128, learning_rate_init=3e-3,
        max_iter=60, n_iter_no_change=60, random_state=seed,
    )
    scaled = make_pipeline(StandardScaler(), net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is what limits it, on purpose
        scaled.fit(inputs, NET_GAIN * change, mlpregressor__sample_weight=weight)
    net.coefs_[-1] /= NET_GAIN
    net.intercepts_[-1] /= NET_GAIN
    return scaled


def fit(kind, table):
    """Randomised trees and small networks that vote with equal halves (or one of the two alone)."""
    inputs = table[kind["features"]].to_numpy(np.float32)
    trees = [trees_of(kind["leaf"], inputs, *learnt(table))] if kind["leaf"] else []
    nets = [net_of(seed, inputs, *learnt(table)) for seed in range(kind["nets"])]
    vote = VotingRegressor([(f"member{at}", member) for at, member in enumerate(trees + nets)])
    vote.weights = np.array([len(nets) or 1] * len(trees) + [1] * len(nets))
    vote.estimators_ = trees + nets
    return vote


def next_index(kind, model, table):
    change = model.predict(table[kind["features"]].to_numpy(np.float32))
    return np.clip(table["kc0"].to_numpy(np.float64) + change, 0, RATIO_MAX)


def error_of(kind, model, table):
    return rmse(next_index(kind, model, table) * table["next_clear"], table)


CANDIDATES = {
    "trees, index and sun only": {"features": WITHOUT_WEATHER, "leaf": 20, "nets": 0},
    "trees": {"features": FEATURES, "leaf": 20, "nets": 0},
    "trees, finer": {"features": FEATURES, "leaf": 10, "nets": 0},
    "networks": {"features": FEATURES, "leaf": None, "nets": 4},
    "trees and networks": {"features": FEATURES, "leaf": 20, "nets": 4},
}
KC_CAP = 1.2  # of smart persistence: of 1.2, 1.5 and 2 the one that makes this reference strongest at all three sites


def transfer_skills(tables):
    """For each candidate and each ordered pair of sites: skill at the second when only the first was trained on."""
    skills = {}
    for label, kind in CANDIDATES.items():
        for first in SITES:
            model = fit(kind, tables[first])
            for second in SITES:
                if first != second:
                    test = judged(tables[second])
                    skills[label, first, second] = 1 - error_of(kind, model, test) / rmse(smart(test, KC_CAP), test)
    return skills


def best_candidate(skills, sites):
    """The candidate that carries over best among these sites: no other site is looked at."""
    mean = {
        label: np.mean([skills[label, a, b] for a in sites for b in sites if a != b]) for label in CANDIDATES
    }
    return max(mean, key=mean.get)


def quick_boosting(train, test):
    """What a quick try gives: gradient boosting as it comes, four lags of the index and the sun's height."""
    features = ["kc0", "kc1", "kc2", "kc3", "sun_now", "sun_next"]
    train = judged(train)
    index = train["truth"] / np.maximum(train["next_clear"], FLOOR)
    model = HistGradientBoostingRegressor(random_state=0).fit(train[features], index)
    return rmse(model.predict(test[features]) * test["next_clear"], test)


def scores(kind, model, test):
    persistence, reference = rmse(test["ghi"], test), rmse(smart(test, KC_CAP), test)
    prediction = next_index(kind, model, test) * test["next_clear"]
    error = rmse(prediction, test)
    return {
        "hours": len(test),
        "rmsePersistence": round(persistence, 1),
        "rmseSmartPersistence": round(reference, 1),
        "rmse": round(error, 1),
        "mae": round(float(np.mean(np.abs(prediction - test["truth"]))), 1),
        "maeSmartPersistence": round(float(np.mean(np.abs(smart(test, KC_CAP) - test["truth"]))), 1),
        "bias": round(float(np.mean(prediction - test["truth"])), 1),
        "skill": round(1 - error / reference, 3),
    }


def leave_one_site_out(tables):
    """Trained on two sites, judged on the whole year of the third; also against other ways to take smart persistence."""
    skills = transfer_skills(tables)
    found = {}
    for site in SITES:
        others = [name for name in SITES if name != site]
        train, test = pd.concat([tables[name] for name in others]), judged(tables[site])
        label = best_candidate(skills, others)
        kind = CANDIDATES[label]
        model = fit(kind, train)
        found[site] = scores(kind, model, test)
        error, reference = error_of(kind, model, test), rmse(smart(test, KC_CAP), test)
        found[site]["skillOfQuickBoosting"] = round(1 - quick_boosting(train, test) / reference, 3)
        found[site]["skillOverCap2"] = round(1 - error / rmse(smart(test, 2.0, least=10), test), 3)
        found[site]["skillOverSunAtStamp"] = round(1 - error / rmse(smart(test, KC_CAP, "clear_at_stamp"), test), 3)
        found[site]["chosen"] = label
    return found


def split_in_time(tables):
    """What the deployed model learns from, and the held-out blocks; gapHours on each side of a block serve neither."""
    gap = pd.Timedelta(hours=SPLIT["gapHours"])
    blocks = [(pd.Timestamp(block["from"]), pd.Timestamp(block["to"])) for block in SPLIT["heldOut"]]
    train, test = {}, {}
    for site, table in tables.items():
        time = table["time"]
        near = np.logical_or.reduce([(time >= start - gap) & (time < end + gap) for start, end in blocks])
        lag, ahead = pd.Timedelta(hours=LAGS), pd.Timedelta(hours=1)
        inside = np.logical_or.reduce([(time - lag >= start) & (time + ahead < end) for start, end in blocks])
        train[site], test[site] = table[~near], judged(table[inside])
    return train, test


def to_graph(kind, model):
    """ONNX: features [N, F] → clear_sky_index [N, 1] = clip(kc0 + learnt change, 0, 1.5)."""
    change = to_onnx(
        model, initial_types=[("features", FloatTensorType([None, len(kind["features"])]))], target_opset=OPSETS
    )
    change.graph.output[0].name, made = "change", change.graph.output[0].name
    for node in change.graph.node:
        node.output[:] = ["change" if name == made else name for name in node.output]
    tensor = helper.make_tensor
    ends = [
        tensor("first", TensorProto.INT64, [1], [0]), tensor("second", TensorProto.INT64, [1], [1]),
        tensor("axis", TensorProto.INT64, [1], [1]), tensor("lowest", TensorProto.FLOAT, [], [0.0]),
        tensor("highest", TensorProto.FLOAT, [], [RATIO_MAX]),
    ]
    change.graph.initializer.extend(ends)
    change.graph.node.extend([
        helper.make_node("Slice", ["features", "first", "second", "axis"], ["kc0"]),
        helper.make_node("Add", ["kc0", "change"], ["unlimited"]),
        helper.make_node("Clip", ["unlimited", "lowest", "highest"], ["clear_sky_index"]),
    ])
    change.graph.output[0].name = "clear_sky_index"
    change.graph.name, change.doc_string = "pv-irradiance", "Clear-sky index of the coming hour; see card.md"
    checker.check_model(change, full_check=True)
    return change


def write_reference(kind, model, tests):
    """Rows of the held-out blocks with what scikit-learn answers, and the sun's heights as pvlib gives them."""
    rows = pd.concat([test.sample(120, random_state=0).sort_values("time") for test in tests.values()])
    rows["clear_sky_index"] = next_index(kind, model, rows)
    rows["time"] = rows["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    rows[["site", "time", "ghi", *kind["features"], "clear_sky_index", "next_clear", "truth"]].to_csv(
        MODEL / "reference.csv", index=False, float_format="%.9g"
    )


def replace_between(text, begin, end, new):
    before, rest = text.split(begin, 1)
    _, after = rest.split(end, 1)
    return f"{before}{begin}\n{new}{end}{after}"


def metrics_table(found):
    names = list(next(iter(found.values())))
    rows = [f"| site | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    rows += [f"| {site} | {' | '.join(str(score[name]) for name in names)} |" for site, score in found.items()]
    return "\n".join(rows) + "\n"


def write_card(loso, deployed, label):
    card = MODEL / "card.md"
    text = card.read_text()
    metrics = json.dumps({"leaveOneSiteOut": loso, "heldOutBlocks": deployed, "deployed": label})
    text = replace_between(text, "# metrics: begin", "# metrics: end", f"metrics: {metrics}\n")
    text = replace_between(text, "<!-- sites: begin -->", "<!-- sites: end -->", metrics_table(loso))
    text = replace_between(text, "<!-- blocks: begin -->", "<!-- blocks: end -->", metrics_table(deployed))
    card.write_text(text)


def main():
    tables = {site["name"]: examples_of(site["name"], read_site(site)) for site in SPLIT["sites"]}
    loso = leave_one_site_out(tables)
    print(metrics_table(loso))
    train, tests = split_in_time(tables)
    label = best_candidate(transfer_skills(train), SITES)
    kind = CANDIDATES[label]
    model = fit(kind, pd.concat(train.values()))
    deployed = {site: scores(kind, model, test) for site, test in tests.items()}
    print(metrics_table(deployed), f"\ndeployed: {label}", sep="")
    save(to_graph(kind, model), MODEL / "pv-irradiance.onnx")
    write_reference(kind, model, tests)
    write_card(loso, deployed, label)


if __name__ == "__main__":
    main()
