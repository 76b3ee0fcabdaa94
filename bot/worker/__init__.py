"""The dispatcher and the steps: each due call is taken one step further."""
