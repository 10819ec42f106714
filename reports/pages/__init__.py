"""What each staff page needs, gathered into frozen dataclasses: views call one of these, templates only show them."""
