"""How staff sign in: name and password, a second factor, limits, and for how long it holds. All of it below /admin/."""
