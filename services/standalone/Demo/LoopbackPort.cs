using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>
/// Ports for servers that are started a little later. They lie below those that an operating system gives to outgoing connections (Linux 32768 and up,
/// RFC 6335 49152 and up): one of those could be taken by a connection before its server is there.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 10_000;
    private const int Last = 19_999;
    private const int MostTries = 1_000;
    private static readonly HashSet<int> Given = [];

    /// <summary>A port of the loopback on which nobody listens, and which was not given before.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Free()
    {
        for (var i = 0; i < MostTries; i++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port)) return port;
            }
        }
        throw new InvalidOperationException($"No port of the loopback from {First} to {Last} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
