namespace Marketplace.Local.Run;

/// <summary>The launch cannot go on; the message is meant for the person at the terminal.</summary>
internal sealed class LaunchException(string message) : Exception(message);
