"""
The sandbox: a provider in this process, which answers every task without token or network.

Floor 5. It answers at the `send` seam: the request is whole, the answer is bytes, and every stage
runs for real. The same request always gets the same answer. Everything here is pure;
`hfpipe.sandbox.server` alone waits, where a command asks it to.
"""
