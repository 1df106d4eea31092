namespace CarT.Fhir.R4.Client;

/// <summary>What lies below the base of a server. Links and ids come from outside; none may lead a request, with its credential, to another place.</summary>
internal static class BaseAddress
{
    // Proxies and servers decode more than once; what decodes for ever is no honest link.
    private const int MostDecodings = 5;

    /// <summary>
    /// Where a link leads, absolute or relative to the base; null when that is another scheme, host, port or path, or when it has dot segments in any
    /// spelling.
    /// </summary>
    public static Uri? Resolve(Uri baseUrl, string link)
    {
        if (!Uri.TryCreate(baseUrl, link, out var url)) return null;
        if (url.Scheme != baseUrl.Scheme || url.Authority != baseUrl.Authority || url.UserInfo.Length > 0) return null;
        // Paging links of some servers are the base itself with a query (…/fhir?_getpages=…), without its trailing slash.
        var isBelow = url.AbsolutePath.StartsWith(baseUrl.AbsolutePath, StringComparison.Ordinal) || url.AbsolutePath + "/" == baseUrl.AbsolutePath;
        return isBelow && IsPlain(PathOf(link)) && IsPlain(url.AbsolutePath) ? url : null;
    }

    private static string PathOf(string link) => link[..(link.AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? end : link.Length)];

    private static bool IsPlain(string path)
    {
        for (var i = 0; i < MostDecodings; i++)
        {
            if (path.Any(c => char.IsControl(c) || c == '\\') || path.Split('/').Any(IsDots)) return false;
            var decoded = Uri.UnescapeDataString(path);
            if (decoded == path) return true;
            path = decoded;
        }
        return false;
    }

    // Some servers cut a segment at its first semicolon.
    private static bool IsDots(string segment) => segment.Split(';')[0] is "." or "..";
}
