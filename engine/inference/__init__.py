"""Evidence to posterior: ``fitting`` fits a model, ``posterior`` infers beliefs, ``explaining`` says why.

Names are imported from their modules, so that reading the settings does not load the numerical libraries.
"""
