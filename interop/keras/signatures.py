"""Writes the signatures of Keras's public classes, from which the guide's table "Coming from Keras" is made.

Usage: python signatures.py > ../../docs/keras-signatures.json
"""

import inspect
import json

import keras

MODULES = {
    "layers": keras.layers,
    "losses": keras.losses,
    "metrics": keras.metrics,
    "optimizers": keras.optimizers,
    "schedules": keras.optimizers.schedules,
    "callbacks": keras.callbacks,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
}
METHODS = ["compile", "fit", "evaluate", "predict", "summary", "save", "save_weights", "load_weights", "get_layer"]


def parameters(function):
    """Names and defaults, as Python writes them; null where there is none."""
    return {
        name: None if parameter.default is inspect.Parameter.empty else repr(parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    }


def classes(module):
    """The classes of a module by their first names: aliases are left out."""
    found = {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if inspect.isclass(value) and value.__name__ == name:
            found[name] = parameters(value.__init__)
    return found


signatures = {
    "keras": keras.__version__,
    "classes": {name: classes(module) for name, module in MODULES.items()},
    "methods": {name: parameters(getattr(keras.Model, name)) for name in METHODS},
}
print(json.dumps(signatures, indent=1))
