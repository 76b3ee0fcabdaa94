"""What requests come in by: HTTP, WebSocket, and the error answers."""
