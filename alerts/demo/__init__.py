"""An integration engine in small: it pushes stories over HTTP and shows what became of them."""
