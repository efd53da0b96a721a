"""An integration engine in small: it pushes stories over HTTP and shows what became of them.

It knows the service only from outside: its HTTP door and the mails that arrive.
"""
