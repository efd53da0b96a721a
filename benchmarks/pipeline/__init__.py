"""The whole pipeline under load: a real service, real HTTP, real mail, on one machine."""
