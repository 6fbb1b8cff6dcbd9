"""Fits the models of `npm run bench -- library`, one or more of each family, of a size that people have.

    python make-models.py FOLDER

Writes FOLDER/models/NAME.pkl and NAME.joblib, the rows asked about as FOLDER/rows/DATA.f64 (4,096 of them, float64,
row-major), and FOLDER/tasks.json: for each model its title, its method, its rows and their width. Seeded.
"""

import json
import pickle
import sys
import time
import warnings
from pathlib import Path

import joblib
import lightgbm
import numpy as np
import sklearn
import xgboost
from sklearn import decomposition, ensemble, linear_model, naive_bayes, neighbors, preprocessing, svm, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.cross_decomposition import PLSRegression
from sklearn.datasets import make_classification
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.mixture import GaussianMixture
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline

SEED = 20261129
TRAINING_ROWS = 5000
ASKED_ROWS = 4096
#: Name, features, classes.
DATA = [("wide", 30, 3), ("narrow", 8, 3), ("two", 30, 2), ("ten", 64, 10), ("hundred", 64, 100)]


def make_data():
    """For each name the rows to fit and to ask about, the classes, and an amount to regress on."""
    data = {}
    for name, features, classes in DATA:
        X, labels = make_classification(
            n_samples=TRAINING_ROWS + ASKED_ROWS,
            n_features=features,
            n_informative=features // 2,
            n_redundant=0,
            n_classes=classes,
            n_clusters_per_class=1,
            class_sep=0.7,
            flip_y=0.03,
            random_state=SEED,
        )
        noise = np.random.default_rng(SEED).normal(size=len(X))
        amounts = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.1 * noise
        fitted = slice(0, TRAINING_ROWS)
        data[name] = {
            "X": X[fitted],
            "labels": labels[fitted],
            "amounts": amounts[fitted],
            "asked": np.ascontiguousarray(X[TRAINING_ROWS:]),
        }
    # Counts from 0 to 9, as naive Bayes and encoders have them.
    counts = np.clip(np.round(np.abs(data["wide"]["X"]) * 2), 0, 9)
    data["counts"] = {
        **data["wide"],
        "X": counts,
        "asked": np.clip(np.round(np.abs(data["wide"]["asked"]) * 2), 0, 9),
    }
    return data


def linear_tasks():
    """Family, name, method, data, what it is fitted to, estimator, and how many rows it is fitted to (all if None)."""
    L = linear_model
    return [
        ("linear", "linear-regression", "predict", "wide", "amounts", L.LinearRegression(), None),
        ("linear", "elastic-net", "predict", "wide", "amounts", L.ElasticNet(alpha=0.01), None),
        ("linear", "poisson-regressor", "predict", "wide", "positive", L.PoissonRegressor(), None),
        ("linear", "logistic-2-classes", "predict_proba", "two", "labels", L.LogisticRegression(max_iter=300), None),
        ("linear", "logistic-10-classes", "predict_proba", "ten", "labels", L.LogisticRegression(max_iter=300), None),
        ("linear", "logistic-100-classes", "predict_proba", "hundred", "labels", L.LogisticRegression(max_iter=50), None),
        ("linear", "ridge-classifier", "predict", "ten", "labels", L.RidgeClassifier(), None),
        ("linear", "sgd-classifier", "predict", "ten", "labels", L.SGDClassifier(random_state=SEED), None),
        ("linear", "pls-regression", "predict", "wide", "amounts", PLSRegression(n_components=4), None),
        ("SVM", "linear-svc", "predict", "wide", "labels", svm.LinearSVC(dual=False), None),
        ("SVM", "svc-linear", "predict", "wide", "labels", svm.SVC(kernel="linear", C=0.1), 2000),
        ("SVM", "svc-rbf", "predict", "wide", "labels", svm.SVC(), None),
        ("SVM", "svc-poly", "predict", "wide", "labels", svm.SVC(kernel="poly"), None),
        ("SVM", "svc-probability", "predict_proba", "wide", "labels", svm.SVC(probability=True, random_state=SEED), 2000),
        ("SVM", "svr-rbf", "predict", "wide", "amounts", svm.SVR(), 2000),
        ("SVM", "one-class-svm", "predict", "wide", None, svm.OneClassSVM(nu=0.1), None),
    ]


def tree_tasks():
    E = ensemble
    return [
        ("tree", "decision-tree", "predict_proba", "wide", "labels", tree.DecisionTreeClassifier(random_state=SEED), None),
        ("tree", "decision-tree-regressor", "predict", "wide", "amounts", tree.DecisionTreeRegressor(random_state=SEED), None),
        ("forest", "random-forest", "predict_proba", "wide", "labels", E.RandomForestClassifier(100, random_state=SEED), None),
        ("forest", "random-forest-10-classes", "predict_proba", "ten", "labels", E.RandomForestClassifier(100, random_state=SEED), None),
        ("forest", "random-forest-regressor", "predict", "wide", "amounts", E.RandomForestRegressor(100, random_state=SEED), None),
        ("forest", "extra-trees", "predict_proba", "wide", "labels", E.ExtraTreesClassifier(100, random_state=SEED), None),
        ("forest", "isolation-forest", "score_samples", "wide", None, E.IsolationForest(random_state=SEED), None),
        ("boosting", "gradient-boosting", "predict_proba", "wide", "labels", E.GradientBoostingClassifier(random_state=SEED), None),
        ("boosting", "gradient-boosting-regressor", "predict", "wide", "amounts", E.GradientBoostingRegressor(random_state=SEED), None),
        ("boosting", "hist-gradient-boosting", "predict_proba", "wide", "labels", E.HistGradientBoostingClassifier(random_state=SEED), None),
        ("boosting", "hist-gradient-boosting-regressor", "predict", "wide", "amounts", E.HistGradientBoostingRegressor(random_state=SEED), None),
        ("boosting", "ada-boost", "predict_proba", "wide", "labels", E.AdaBoostClassifier(random_state=SEED, algorithm="SAMME"), None),
        ("boosting", "xgboost", "predict_proba", "wide", "labels", xgboost.XGBClassifier(n_estimators=100, n_jobs=1), None),
        ("boosting", "xgboost-regressor", "predict", "wide", "amounts", xgboost.XGBRegressor(n_estimators=100, n_jobs=1), None),
        ("boosting", "lightgbm", "predict_proba", "wide", "labels", lightgbm.LGBMClassifier(n_jobs=1, verbose=-1), None),
        ("boosting", "lightgbm-regressor", "predict", "wide", "amounts", lightgbm.LGBMRegressor(n_jobs=1, verbose=-1), None),
        ("meta", "bagging", "predict_proba", "wide", "labels", E.BaggingClassifier(tree.DecisionTreeClassifier(), 50, random_state=SEED), None),
        ("meta", "voting", "predict_proba", "wide", "labels", E.VotingClassifier(three_classifiers(), voting="soft"), None),
        ("meta", "stacking", "predict_proba", "wide", "labels", E.StackingClassifier(three_classifiers(), cv=3), None),
        ("meta", "calibrated", "predict_proba", "wide", "labels", CalibratedClassifierCV(svm.LinearSVC(dual=False), cv=3), None),
    ]


def three_classifiers():
    return [
        ("logistic", linear_model.LogisticRegression(max_iter=300)),
        ("forest", ensemble.RandomForestClassifier(20, random_state=SEED)),
        ("bayes", naive_bayes.GaussianNB()),
    ]


def distance_tasks():
    N = neighbors
    kernel = RBF(4.0) + WhiteKernel(0.1)
    return [
        ("neighbours", "knn-kd-tree", "predict", "narrow", "labels", N.KNeighborsClassifier(algorithm="kd_tree"), None),
        ("neighbours", "knn-ball-tree", "predict", "narrow", "labels", N.KNeighborsClassifier(algorithm="ball_tree"), None),
        ("neighbours", "knn-brute", "predict", "wide", "labels", N.KNeighborsClassifier(algorithm="brute"), None),
        ("neighbours", "knn-regressor-brute", "predict", "ten", "amounts", N.KNeighborsRegressor(algorithm="brute", weights="distance"), None),
        ("neighbours", "knn-manhattan", "predict_proba", "wide", "labels", N.KNeighborsClassifier(algorithm="brute", metric="manhattan"), None),
        ("neighbours", "kneighbors-kd-tree", "kneighbors", "narrow", "labels", N.KNeighborsClassifier(algorithm="kd_tree"), None),
        ("kernel", "gaussian-process", "predict", "wide", "amounts", GaussianProcessRegressor(kernel, optimizer=None), 1000),
        ("kernel", "gaussian-process-classifier", "predict_proba", "wide", "labels", GaussianProcessClassifier(1.0 * RBF(4.0), optimizer=None), 400),
        ("kernel", "kernel-ridge", "predict", "wide", "amounts", KernelRidge(kernel="rbf", gamma=0.02), 2000),
        ("kernel", "kernel-pca", "transform", "wide", None, decomposition.KernelPCA(16, kernel="rbf", gamma=0.02), 1000),
        ("kernel", "nystroem", "transform", "wide", None, Nystroem(gamma=0.02, n_components=100, random_state=SEED), None),
        ("kernel", "rbf-sampler", "transform", "wide", None, RBFSampler(gamma=0.02, random_state=SEED), None),
        ("network", "mlp", "predict_proba", "ten", "labels", MLPClassifier((128, 128), max_iter=30, random_state=SEED), None),
        ("network", "mlp-regressor-tanh", "predict", "ten", "amounts", MLPRegressor((100,), activation="tanh", max_iter=30, random_state=SEED), None),
        ("cluster", "k-means", "predict", "wide", None, KMeans(20, n_init=1, random_state=SEED), None),
        ("cluster", "k-means-transform", "transform", "wide", None, KMeans(20, n_init=1, random_state=SEED), None),
        ("cluster", "gaussian-mixture", "predict_proba", "wide", None, GaussianMixture(8, random_state=SEED), None),
        ("cluster", "gaussian-mixture-diag", "score_samples", "wide", None, GaussianMixture(8, covariance_type="diag", random_state=SEED), None),
    ]


def other_tasks():
    P = preprocessing
    scaled = make_pipeline(SimpleImputer(), P.StandardScaler(), linear_model.LogisticRegression(max_iter=300))
    return [
        ("Bayes", "gaussian-nb", "predict_proba", "ten", "labels", naive_bayes.GaussianNB(), None),
        ("Bayes", "multinomial-nb", "predict_proba", "counts", "labels", naive_bayes.MultinomialNB(), None),
        ("Bayes", "bernoulli-nb", "predict_proba", "wide", "labels", naive_bayes.BernoulliNB(), None),
        ("Bayes", "lda", "predict_proba", "ten", "labels", LinearDiscriminantAnalysis(), None),
        ("Bayes", "qda", "predict_proba", "wide", "labels", QuadraticDiscriminantAnalysis(), None),
        ("decomposition", "pca", "transform", "ten", None, decomposition.PCA(16, random_state=SEED), None),
        ("decomposition", "truncated-svd", "transform", "ten", None, decomposition.TruncatedSVD(16, random_state=SEED), None),
        ("decomposition", "fast-ica", "transform", "ten", None, decomposition.FastICA(16, random_state=SEED), None),
        ("preprocessing", "scaled-logistic", "predict_proba", "wide", "labels", scaled, None),
        ("preprocessing", "standard-scaler", "transform", "wide", None, P.StandardScaler(), None),
        ("preprocessing", "min-max-scaler", "transform", "wide", None, P.MinMaxScaler(), None),
        ("preprocessing", "normalizer", "transform", "wide", None, P.Normalizer(), None),
        ("preprocessing", "simple-imputer", "transform", "wide", None, SimpleImputer(), None),
        ("preprocessing", "quantile-uniform", "transform", "wide", None, P.QuantileTransformer(), None),
        ("preprocessing", "quantile-normal", "transform", "wide", None, P.QuantileTransformer(output_distribution="normal"), None),
        ("preprocessing", "power-transformer", "transform", "narrow", None, P.PowerTransformer(), None),
        ("preprocessing", "polynomial", "transform", "wide", None, P.PolynomialFeatures(2), None),
        ("preprocessing", "spline", "transform", "narrow", None, P.SplineTransformer(), None),
        ("preprocessing", "k-bins", "transform", "wide", None, P.KBinsDiscretizer(encode="ordinal", subsample=None), None),
        ("preprocessing", "one-hot", "transform", "counts", None, P.OneHotEncoder(sparse_output=False, handle_unknown="ignore"), None),
        ("preprocessing", "select-k-best", "transform", "wide", "labels", SelectKBest(k=10), None),
    ]


def main(folder):
    warnings.simplefilter("ignore")
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "rows").mkdir(exist_ok=True)
    data = make_data()
    for name, one in data.items():
        one["asked"].astype("<f8").tofile(folder / "rows" / f"{name}.f64")
        one["positive"] = np.abs(one["amounts"])
    tasks = []
    for family, name, method, of, target, estimator, rows in [
        *linear_tasks(),
        *tree_tasks(),
        *distance_tasks(),
        *other_tasks(),
    ]:
        started = time.process_time()
        one = data[of]
        y = None if target is None else one[target][:rows]
        estimator.fit(one["X"][:rows], y)
        (folder / "models" / f"{name}.pkl").write_bytes(pickle.dumps(estimator, protocol=5))
        joblib.dump(estimator, folder / "models" / f"{name}.joblib")
        tasks.append({"name": name, "family": family, "method": method, "rows": of, "columns": one["X"].shape[1]})
        print(f"{name}: {time.process_time() - started:.1f} s", flush=True)
    versions = {
        "scikit-learn": sklearn.__version__,
        "NumPy": np.__version__,
        "XGBoost": xgboost.__version__,
        "LightGBM": lightgbm.__version__,
    }
    (folder / "tasks.json").write_text(json.dumps({"versions": versions, "tasks": tasks}, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
